package dev.weft.cli.proxy.targets;

import dev.weft.cli.proxy.settings.Backend;
import dev.weft.cli.proxy.settings.SendProxy;
import dev.weft.cli.proxy.tls.TargetSide;
import dev.weft.context.CancellableContext;
import dev.weft.context.Context;
import dev.weft.context.DeadlineExceededException;
import dev.weft.net.Conn;
import dev.weft.net.Dialer;
import dev.weft.net.tls.TlsConn;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections to targets that are ready for a client's bytes: dials, sends the header of the
 * PROXY protocol, and makes the handshake of TLS, in this order and each if it is asked for.
 *
 * @param dialer limits the time to connect
 * @param tls null for none
 */
public record Connector(Dialer dialer, SendProxy sendProxy, @Nullable TargetSide tls) {
  /**
   * Connects for a client.
   *
   * @throws dev.weft.context.CancelledException when the context is cancelled
   */
  Conn connect(Context context, Backend backend, ClientInfo clientInfo) throws IOException {
    Conn conn = dialer.dial(context, backend.network(), backend.address());
    try {
      if (sendProxy != SendProxy.NONE) {
        conn.withContext(context).write(sendProxy.bytes(clientInfo.client()));
      }
    } catch (Throwable e) {
      conn.abort();
      throw e;
    }
    return tls == null ? conn : shakeHands(context, tls, conn, backend, clientInfo);
  }

  private static Conn shakeHands(
      Context context, TargetSide tls, Conn conn, Backend backend, ClientInfo clientInfo)
      throws IOException {
    TlsConn secured = tls.over(conn, backend, clientInfo.protocol());
    try {
      secured.withContext(context).handshake();
      return secured;
    } catch (IOException e) {
      secured.close(); // not at once, so that the target reads the alert
      throw e;
    } catch (RuntimeException | Error e) {
      secured.abort();
      throw e;
    }
  }

  /**
   * Connects and disconnects, to see whether that works within a time. Without TLS this is a
   * connect and nothing more.
   *
   * @throws dev.weft.context.CancelledException when the context is cancelled
   */
  void check(Context context, Backend backend, Duration limit) throws IOException {
    try (CancellableContext limited = context.withTimeout(limit)) {
      if (tls == null) {
        dialer.dial(limited, backend.network(), backend.address()).close();
      } else {
        connect(limited, backend, ClientInfo.NONE).close();
      }
    } catch (DeadlineExceededException e) {
      SocketTimeoutException late =
          new SocketTimeoutException("no connection within " + limit.toMillis() + " ms");
      late.initCause(e);
      throw late;
    }
  }
}
