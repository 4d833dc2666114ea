package dev.weft.bench.scenario;

import com.google.gson.Gson;
import dev.weft.Weft;
import dev.weft.context.CancellableContext;
import dev.weft.context.Context;
import dev.weft.net.Conn;
import dev.weft.net.Net;
import dev.weft.net.TcpListener;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CancellationException;

/**
 * The process of one server whose clients go silent: {@code HANDLERS DEADLINE_MILLIS}. Prints
 * {@code ready PORT}, then runs commands: {@code usage} prints a {@link LeakUsage}, {@code done}
 * closes the done channel.
 */
final class LeakMain {
  private static final int BACKLOG = 4096;
  private static final int BUFFER = 1024;

  private final Handlers handlers;
  private final Duration deadline;
  private final CancellableContext serving = Context.background().withCancel();

  private LeakMain(Handlers handlers, Duration deadline) {
    this.handlers = handlers;
    this.deadline = deadline;
  }

  public static void main(String[] args) throws IOException {
    LeakMain main =
        new LeakMain(Handlers.valueOf(args[0]), Duration.ofMillis(Long.parseLong(args[1])));
    int port = main.handlers == Handlers.THREADS ? main.startThreads() : main.startGoroutines();
    System.out.println("ready " + port);
    main.runCommands();
  }

  private int startThreads() throws IOException {
    ServerSocket listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            while (true) {
              Socket socket = listener.accept();
              Thread.ofPlatform().daemon().start(() -> drain(socket));
            }
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    return listener.getLocalPort();
  }

  private static void drain(Socket socket) {
    try (socket) {
      InputStream in = socket.getInputStream();
      byte[] buffer = new byte[BUFFER];
      while (in.read(buffer) >= 0) {
        // the rest of the request never comes
      }
    } catch (IOException e) {
      // The client has closed or reset the connection.
    }
  }

  private int startGoroutines() throws IOException {
    TcpListener listener = Net.listenTcp("tcp", "127.0.0.1:0");
    Weft.go(
        "accept",
        () -> {
          while (true) {
            Conn conn = listener.accept();
            Weft.go(() -> drain(conn));
          }
        });
    return listener.localAddress().getPort();
  }

  /** The three ways differ in one line each. */
  private void drain(Conn accepted) {
    try (Conn conn = handlers == Handlers.DONE ? accepted.withContext(serving) : accepted) {
      byte[] buffer = new byte[BUFFER];
      do {
        if (handlers == Handlers.DEADLINE) {
          conn.setReadDeadline(deadline);
        }
      } while (conn.read(buffer) >= 0);
    } catch (IOException | CancellationException e) {
      // The deadline passed, or the server stops: the goroutine ends.
    }
  }

  private void runCommands() throws IOException {
    Gson gson = new Gson();
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String command; (command = commands.readLine()) != null; ) {
      if (command.equals("done")) {
        serving.cancel();
        System.out.println("done");
      } else {
        System.out.println(gson.toJson(usage()));
      }
    }
    Runtime.getRuntime().halt(0);
  }

  private LeakUsage usage() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    long goroutines = handlers == Handlers.THREADS ? 0 : Weft.stats().goroutines().live();
    return new LeakUsage(goroutines, runtime.totalMemory() - runtime.freeMemory());
  }
}
