package dev.weft.cli.serve;

import dev.weft.Weft;
import dev.weft.net.Datagram;
import dev.weft.net.Net;
import dev.weft.net.UdpConn;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;

/**
 * Sends datagrams back to where they came from, without copying them. One that cannot be sent back
 * is dropped, as UDP may.
 */
final class UdpEcho implements Served {
  private static final int FIRST_UNRESERVED_PORT = 1024;

  /** After a failure that may come again at once. */
  private static final Duration PAUSE = Duration.ofMillis(10);

  /** Receives a datagram: {@link UdpConn#receive()}. */
  @FunctionalInterface
  interface Receiving {
    Datagram receive(UdpConn conn) throws IOException;
  }

  private final UdpConn conn;
  private final Receiving receiving;
  private volatile boolean serving;

  UdpEcho(String address) throws IOException {
    this(address, UdpConn::receive);
  }

  UdpEcho(String address, Receiving receiving) throws IOException {
    conn = Net.listenPacket("udp", address);
    this.receiving = receiving;
  }

  @Override
  public void start() {
    serving = true;
    Weft.go("udp-echo", this::serve);
  }

  private void serve() throws InterruptedException {
    try (conn) {
      while (true) {
        try (Datagram datagram = receiving.receive(conn)) {
          if (mayAnswer(datagram.sender())) {
            reply(datagram);
          }
        } catch (ClosedChannelException | SocketTimeoutException e) {
          return; // stopped
        } catch (IOException | RuntimeException | Error e) {
          pauseAfter(e);
        }
      }
    } finally {
      serving = false;
    }
  }

  private void pauseAfter(Throwable failure) throws InterruptedException {
    try {
      System.getLogger("dev.weft.cli").log(Level.WARNING, this + ": receiving failed", failure);
      Weft.sleep(PAUSE);
    } catch (OutOfMemoryError e) {
      // There is no memory for a pause either.
    }
  }

  /**
   * Two echo services would answer each other for ever after one datagram with a forged sender. So
   * those on the port of this one, and well-known services such as echo and chargen, get no answer,
   * as from inetd.
   */
  private boolean mayAnswer(InetSocketAddress sender) {
    return sender.getPort() >= FIRST_UNRESERVED_PORT && sender.getPort() != port();
  }

  private void reply(Datagram datagram) throws ClosedChannelException {
    try {
      conn.reply(datagram);
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      // No route to the sender: its address may be forged.
    }
  }

  int port() {
    return conn.localAddress().getPort();
  }

  @Override
  public void stop() {
    try {
      conn.setReadDeadline(Duration.ZERO);
    } catch (IOException e) {
      // closed already
    }
  }

  @Override
  public int openConnections() {
    return serving ? 1 : 0;
  }

  @Override
  public void close() {
    conn.close();
  }

  @Override
  public String toString() {
    return "udp-echo on " + conn;
  }
}
