package dev.weft.debug;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * Handlers of signals, through the JDK's {@code sun.misc.Signal}: by reflection, because javac
 * warns wherever the class is named.
 */
final class Signals {
  /** A handler that is installed, until it is closed. */
  interface Use extends AutoCloseable {
    /** Restores the previous handler. */
    @Override
    void close();
  }

  private Signals() {}

  /**
   * Runs {@code action}, on another thread, each time the process receives the signal.
   *
   * @param name without {@code SIG}
   * @throws IllegalArgumentException when the system has no such signal, or the JVM uses it
   */
  static Use on(String name, Runnable action) {
    if (name.equals(QuitSignal.NAME)) {
      return QuitSignal.on(action);
    }
    try {
      Class<?> type = Class.forName("sun.misc.Signal");
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      Method handle = type.getMethod("handle", type, handlerType);
      Object signal = type.getConstructor(String.class).newInstance(name);
      Object before = handle.invoke(null, signal, handler(handlerType, action));
      return () -> {
        try {
          handle.invoke(null, signal, before);
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException(e);
        }
      };
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause();
      String why = cause == null ? "" : ": " + cause.getMessage();
      throw new IllegalArgumentException("SIG" + name + " cannot be handled" + why, cause);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Object handler(Class<?> type, Runnable action) {
    return Proxy.newProxyInstance(
        type.getClassLoader(),
        new Class<?>[] {type},
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "equals" -> proxy == arguments[0];
              case "hashCode" -> System.identityHashCode(proxy);
              case "toString" -> "a flight recorder's handler";
              default -> {
                action.run();
                yield null;
              }
            });
  }
}
