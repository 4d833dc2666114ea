package dev.weft.cli.proxy;

import java.lang.System.Logger.Level;
import java.lang.reflect.Proxy;

/**
 * Actions for signals, through the JDK's {@code sun.misc.Signal}: by reflection, because javac
 * warns of that class wherever it is named. The JVM leaves SIGHUP to it unless it runs with {@code
 * -Xrs}, and SIGUSR2 too, by which the JVM suspends threads for its Flight Recorder: {@code
 * _JAVA_SR_SIGNUM} gives it another one.
 */
final class Signals {
  private static final System.Logger LOG = System.getLogger("dev.weft.cli");

  private Signals() {}

  /**
   * Has {@code action} run, on a thread of the JVM, each time the process gets the signal.
   *
   * @param name without {@code SIG}
   * @return whether that is possible; otherwise it is logged why not
   */
  static boolean on(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object calling =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                action.run();
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), calling);
      return true;
    } catch (ReflectiveOperationException e) {
      LOG.log(Level.WARNING, "SIG" + name + " has no effect: " + e.getCause());
      return false;
    }
  }
}
