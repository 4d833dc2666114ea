package dev.weft.bench.process;

import com.google.gson.Gson;
import dev.weft.bench.model.DebugEndpoints;
import dev.weft.bench.model.Model;
import dev.weft.bench.model.Protocol;
import dev.weft.bench.model.ServerMain;
import dev.weft.bench.model.ServerUsage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A server in a process of its own. */
public final class ServerProcess implements AutoCloseable {
  private static final String READY = "ready ";

  private final ChildJvm jvm;
  private final int port;
  private final Gson gson = new Gson();

  private ServerProcess(ChildJvm jvm) throws IOException {
    this.jvm = jvm;
    String line = jvm.readLine();
    if (!line.startsWith(READY)) {
      throw new IOException("a server ought to say that it is ready, and said: " + line);
    }
    port = Integer.parseInt(line.substring(READY.length()));
  }

  /**
   * Starts a server; returns when it listens.
   *
   * @param debug its debug endpoints, if it is on Weft; {@code null} for none
   */
  public static ServerProcess start(
      Model model,
      Protocol protocol,
      int size,
      int backlog,
      boolean freshThreads,
      @Nullable DebugEndpoints debug,
      Optional<Integer> cpu)
      throws IOException {
    List<String> options = new ArrayList<>();
    if (model.isWeft()) {
      options.add("-Dweft.poller=" + (model == Model.NETPOLL ? "epoll" : model.id()));
      if (debug != null) {
        options.addAll(debug.jvmOptions());
      }
    }
    if (freshThreads) {
      options.add("-D" + ServerMain.FRESH_THREADS + "=true");
    }
    return start(
        model.id() + " server",
        cpu,
        options,
        ServerMain.class,
        List.of(model.id(), protocol.id(), Integer.toString(size), Integer.toString(backlog)));
  }

  /** Starts a main class that prints {@code ready PORT}. */
  public static ServerProcess start(
      String name,
      Optional<Integer> cpu,
      List<String> options,
      Class<?> main,
      List<String> arguments)
      throws IOException {
    ChildJvm jvm = new ChildJvm(name, cpu, options, main, arguments);
    try {
      return new ServerProcess(jvm);
    } catch (IOException | RuntimeException e) {
      jvm.close();
      throw e;
    }
  }

  public int port() {
    return port;
  }

  public long pid() {
    return jvm.pid();
  }

  /** Reads what the process has used so far. */
  public ServerUsage usage() throws IOException {
    return gson.fromJson(ask("usage"), ServerUsage.class);
  }

  /** Sends one line and returns the answer. */
  public String ask(String order) throws IOException {
    jvm.writeLine(order);
    return jvm.readLine();
  }

  @Override
  public void close() {
    jvm.close();
  }
}
