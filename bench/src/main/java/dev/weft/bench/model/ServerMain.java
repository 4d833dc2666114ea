package dev.weft.bench.model;

import com.google.gson.Gson;
import dev.weft.internal.sys.ResourceUsage;
import dev.weft.internal.sys.SystemCalls;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The process of one server: {@code MODEL PROTOCOL SIZE BACKLOG}. Prints {@code ready PORT}, then
 * runs commands from standard input, and exits at its end, so that it never outlives its parent.
 *
 * <ul>
 *   <li>{@code usage}: answers with a {@link ServerUsage} as JSON
 *   <li>{@code hog}: starts a {@link Hog}
 * </ul>
 */
public final class ServerMain {
  /** The system property that makes the blocking model use each thread once. */
  public static final String FRESH_THREADS = "weft.bench.freshThreads";

  private ServerMain() {}

  /** Starts the server that the arguments describe. */
  public static void main(String[] args) throws IOException {
    DebugEndpoints debug = DebugEndpoints.ofThisProcess();
    if (debug != null) {
      debug.serve();
    }
    Server server =
        open(
            Model.valueOf(args[0].toUpperCase(Locale.ROOT)),
            Protocol.valueOf(args[1].toUpperCase(Locale.ROOT)),
            Integer.parseInt(args[2]),
            Integer.parseInt(args[3]));
    Thread.ofPlatform().name("commands").start(() -> runCommands(server));
    // An exception of the server's loop ends the process with a line on standard error and exit
    // code 1.
    Thread.ofPlatform().name("serve").start(() -> serve(server));
  }

  private static void serve(Server server) {
    System.out.println("ready " + server.port());
    try {
      server.serve();
    } catch (IOException | RuntimeException e) {
      System.err.println("the server failed: " + e);
      System.exit(1);
    }
  }

  private static Server open(Model model, Protocol protocol, int size, int backlog)
      throws IOException {
    return switch (model) {
      case BLOCKING -> ThreadServer.onPlatformThreads(protocol, size, backlog);
      case NONBLOCKING -> new PollingServer(protocol.newExchange(size), backlog);
      case EPOLL -> new ReactorServer(protocol.newExchange(size), backlog);
      case NETPOLL, IO_URING -> new GoroutineServer(protocol, size);
      case JDK -> ThreadServer.onVirtualThreads(protocol, size, backlog);
    };
  }

  private static void runCommands(Server server) {
    Gson gson = new Gson();
    try (BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String command; (command = commands.readLine()) != null; ) {
        switch (command) {
          case "usage" -> System.out.println(gson.toJson(usage()));
          case "hog" -> {
            server.startHog();
            System.out.println("hog");
          }
          default -> System.err.println("not a command: " + command);
        }
      }
    } catch (IOException e) {
      System.err.println("commands cannot be read: " + e);
    }
    Runtime.getRuntime().halt(0);
  }

  private static ServerUsage usage() {
    ResourceUsage usage = ResourceUsage.ofThisProcess();
    return new ServerUsage(
        usage.userMicros(),
        usage.kernelMicros(),
        usage.voluntarySwitches(),
        usage.involuntarySwitches(),
        SystemCalls.made());
  }
}
