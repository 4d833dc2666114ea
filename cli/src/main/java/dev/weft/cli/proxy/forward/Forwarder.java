package dev.weft.cli.proxy.forward;

import dev.weft.cli.proxy.settings.SendProxy;
import dev.weft.cli.proxy.settings.Timeouts;
import dev.weft.cli.proxy.targets.ClientInfo;
import dev.weft.cli.proxy.targets.Targets;
import dev.weft.cli.proxy.tls.ClientSide;
import dev.weft.context.CancelledException;
import dev.weft.io.Copy;
import dev.weft.io.CopyException;
import dev.weft.net.Conn;
import dev.weft.net.ProxyHeader;
import dev.weft.net.tls.TlsConn;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Passes one connection on to a target, in both directions until both have ended. When that fails
 * the client is reset: an orderly end would say that it has everything. A header of the PROXY
 * protocol comes before TLS, from the client as well as to the target.
 */
final class Forwarder {
  private final Session session;
  private final Route route;

  /** What the bytes are copied from and to: the session's connection, or TLS over it. */
  private Conn client;

  Forwarder(Session session, Route route) {
    this.session = session;
    this.route = route;
    client = session.client;
  }

  /** Serves the connection to its end; does not throw what the connections throw. */
  Ending run() {
    ProxyHeader said;
    try {
      said = readHeader();
    } catch (IOException e) {
      session.failed(e);
      return failed(Ending.BAD_HEADER);
    }
    ClientSide tls = route.tls().clients();
    if (tls == null) {
      return pass(new ClientInfo(said, null));
    }
    TlsConn secured = tls.over(session.client);
    client = secured;
    try {
      secured.handshake();
    } catch (IOException e) {
      session.failed(e);
      Ending ending = session.ended(Ending.BAD_HANDSHAKE);
      close(secured); // not at once, so that the client reads the alert
      return ending;
    }
    session.secured(secured);
    Ending ending = pass(new ClientInfo(said, secured.applicationProtocol()));
    close(secured);
    return ending;
  }

  /**
   * Closes the connection of a client and waits until the one below is closed, which the server
   * would otherwise reset under what TLS still sends.
   */
  private void close(TlsConn secured) {
    CountDownLatch closed = new CountDownLatch(1);
    session.client.onClose(closed::countDown);
    secured.close();
    try {
      closed.await();
    } catch (InterruptedException e) {
      secured.abort();
      Thread.currentThread().interrupt();
    }
  }

  private Ending pass(ClientInfo clientInfo) {
    Targets.Connected connected;
    try {
      connected = route.targets().dial(session.context, session.source(), clientInfo);
    } catch (CancelledException e) {
      return failed(Ending.STOPPED); // unless the session knows a better reason
    } catch (IOException e) {
      session.failed(e);
      return failed(Ending.NO_TARGET);
    }
    try (Conn target = connected.conn()) {
      session.connected(connected.target(), target);
      return copy(target);
    } finally {
      connected.target().release();
    }
  }

  /** The client's addresses, from the header of the PROXY protocol if one is expected. */
  private ProxyHeader readHeader() throws IOException {
    if (!route.settings().acceptProxy()) {
      return ofConnection();
    }
    client.setReadDeadline(Timeouts.HEADER);
    ProxyHeader said = ProxyHeader.read(client);
    client.setReadDeadline(null);
    session.introduced(said);
    return said.source() == null ? ofConnection() : said;
  }

  /** Asks for addresses only when a target is told of them. */
  private ProxyHeader ofConnection() {
    return route.settings().sendProxy() == SendProxy.NONE
        ? ProxyHeader.UNKNOWN
        : ProxyHeader.of(client);
  }

  private Ending copy(Conn target) {
    Copy.Duplex result =
        Copy.duplex(client, target, session.sent::setOpaque, session.received::setOpaque);
    session.sent.setOpaque(result.firstToSecond());
    session.received.setOpaque(result.secondToFirst());
    if (result.firstFailure() != null) {
      return session.ended(
          isSource(result.firstFailure()) ? Ending.CLIENT_FAILED : Ending.TARGET_FAILED);
    }
    if (result.secondFailure() != null) {
      return session.ended(
          isSource(result.secondFailure()) ? Ending.TARGET_FAILED : Ending.CLIENT_FAILED);
    }
    return session.ended(Ending.DONE);
  }

  private static boolean isSource(@Nullable IOException failure) {
    return failure instanceof CopyException copy && copy.isFromSource();
  }

  private Ending failed(Ending why) {
    client.abort();
    return session.ended(why);
  }
}
