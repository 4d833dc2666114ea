package dev.weft.cli.proxy;

import dev.weft.context.CancelledException;
import dev.weft.io.Copy;
import dev.weft.io.CopyException;
import dev.weft.net.Conn;
import dev.weft.net.ProxyHeader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Passes one connection on to a target, in both directions until both have ended. When that fails
 * the client is reset: an orderly end would say that it has everything.
 */
final class Forwarder {
  private final Session session;
  private final Route route;

  Forwarder(Session session, Route route) {
    this.session = session;
    this.route = route;
  }

  /** Serves the connection to its end; does not throw what the connections throw. */
  Ending run() {
    Conn client;
    ProxyHeader said;
    try {
      said = readHeader();
      client = route.wrapping().accepted(session.client);
    } catch (IOException e) {
      return failed(Ending.BAD_HEADER);
    }
    Targets.Connected connected;
    try {
      connected = route.targets().dial(session.context, session.source());
    } catch (CancelledException e) {
      return failed(Ending.STOPPED); // unless the session knows a better reason
    } catch (IOException e) {
      return failed(Ending.NO_TARGET);
    }
    try (Conn raw = connected.conn()) {
      session.connected(connected.target(), raw);
      writeHeader(raw, said);
      return copy(client, route.wrapping().dialled(raw));
    } catch (IOException e) {
      return failed(Ending.TARGET_FAILED);
    } finally {
      connected.target().release();
    }
  }

  /** What the client's proxy says; unknown where none is expected. */
  private ProxyHeader readHeader() throws IOException {
    if (!route.settings().acceptProxy()) {
      return ProxyHeader.UNKNOWN;
    }
    Conn client = session.client;
    client.setReadDeadline(Timeouts.HEADER);
    ProxyHeader said = ProxyHeader.read(client);
    client.setReadDeadline(null);
    session.introduced(said);
    return said;
  }

  private void writeHeader(Conn target, ProxyHeader said) throws IOException {
    SendProxy how = route.settings().sendProxy();
    if (how != SendProxy.NONE) {
      target.write(how.bytes(said.source() == null ? ProxyHeader.of(session.client) : said));
    }
  }

  private Ending copy(Conn client, Conn target) {
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
    session.client.abort();
    return session.ended(why);
  }
}
