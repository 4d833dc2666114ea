package dev.weft.testing;

import dev.weft.net.Conn;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** Connections one of whose methods throws, as close of a TLS connection does in a full heap. */
public final class FailingConn {
  private FailingConn() {}

  /** Passes all calls to {@code conn}, and throws after those of {@code failing}. */
  public static Conn of(Conn conn, String failing) {
    return (Conn)
        Proxy.newProxyInstance(
            Conn.class.getClassLoader(),
            new Class<?>[] {Conn.class},
            (proxy, method, arguments) -> {
              Object result;
              try {
                result = method.invoke(conn, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
              if (method.getName().equals(failing)) {
                throw new OutOfMemoryError("on purpose");
              }
              return result;
            });
  }
}
