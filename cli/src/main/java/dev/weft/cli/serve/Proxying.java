package dev.weft.cli.serve;

import dev.weft.cli.proxy.ProxyProcess;

/** A proxy for TCP. */
final class Proxying implements Served {
  private final ProxyProcess proxy;

  Proxying(ProxyProcess proxy) {
    this.proxy = proxy;
  }

  @Override
  public void start() {
    proxy.start();
  }

  @Override
  public void stop() {
    proxy.stop();
  }

  @Override
  public int openConnections() {
    return proxy.openConnections();
  }

  @Override
  public void close() {
    proxy.close();
  }

  @Override
  public String toString() {
    return "proxy on " + proxy;
  }
}
