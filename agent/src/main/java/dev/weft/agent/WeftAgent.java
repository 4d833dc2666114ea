package dev.weft.agent;

import java.io.File;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.InvocationTargetException;
import java.net.URISyntaxException;
import java.util.Objects;
import java.util.jar.JarFile;

/**
 * Runs every virtual thread of a program on Weft: {@code java -javaagent:weft-agent.jar -jar
 * program.jar}.
 *
 * <p>The agent's options are Weft's properties without their prefix, separated by commas: {@code
 * -javaagent:weft-agent.jar=procs=4,maxThreads=64}. Attached to a running JVM it does the same for
 * the virtual threads that start from then on.
 *
 * <p>One line on the standard error says what was done. Where the JDK does not fit, nothing is
 * changed, the line says why, and the program runs as without the agent.
 */
public final class WeftAgent {
  private static final String INSTALLER = "dev.weft.agent.runtime.Installer";

  private WeftAgent() {}

  /** Called by the JVM before the program's {@code main}. */
  public static void premain(String options, Instrumentation instrumentation) {
    install(options, instrumentation);
  }

  /** Called by the JVM when the agent is attached to a running program. */
  public static void agentmain(String options, Instrumentation instrumentation) {
    install(options, instrumentation);
  }

  private static void install(String options, Instrumentation instrumentation) {
    try {
      Class.forName(INSTALLER, true, new HiddenClassLoader(ownJar()))
          .getMethod("install", String.class, Instrumentation.class)
          .invoke(null, options, instrumentation);
    } catch (InvocationTargetException e) {
      notInstalled(Objects.requireNonNullElse(e.getCause(), e));
    } catch (ReflectiveOperationException | IOException | URISyntaxException e) {
      notInstalled(e);
    }
  }

  private static JarFile ownJar() throws IOException, URISyntaxException {
    return new JarFile(
        new File(WeftAgent.class.getProtectionDomain().getCodeSource().getLocation().toURI()));
  }

  private static void notInstalled(Throwable reason) {
    System.err.println("weft-agent: nothing is changed: " + reason);
  }
}
