package dev.weft.testing;

import dev.weft.net.Conn;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** Connections whose close throws, as that of a TLS connection does in a full heap. */
public final class FailingClose {
  private FailingClose() {}

  /** Returns a connection that passes all calls to {@code conn}, and fails after closing it. */
  public static Conn of(Conn conn) {
    return (Conn)
        Proxy.newProxyInstance(
            Conn.class.getClassLoader(),
            new Class<?>[] {Conn.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("close")) {
                conn.close();
                throw new OutOfMemoryError("on purpose");
              }
              try {
                return method.invoke(conn, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
