package dev.weft.agent.programs.outcomes;

import static dev.weft.agent.programs.outcomes.Outcomes.on;
import static dev.weft.agent.programs.outcomes.Outcomes.print;
import static dev.weft.agent.programs.outcomes.Outcomes.sum;
import static dev.weft.agent.programs.outcomes.Outcomes.thrown;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Calls that block in the kernel: processes, look-ups, files, sockets. */
final class CallOutcomes {
  private CallOutcomes() {}

  static void run() throws Exception {
    print("exit status", () -> sum(20, CallOutcomes::exitStatus));
    print("output of a process", CallOutcomes::processOutput);
    print("wait for a process with a timeout", CallOutcomes::processTimesOut);
    print("interrupted wait for a process", CallOutcomes::interruptedProcessWait);
    print("look-up", () -> sum(50, CallOutcomes::lookUp));
    print("look-up of an unknown host", CallOutcomes::unknownHost);
    print("files", () -> sum(50, CallOutcomes::file));
    print("lock of a file", CallOutcomes::fileLock);
    print("refused connection", CallOutcomes::refused);
    print("sockets", () -> sum(50, CallOutcomes::echo));
  }

  private static int exitStatus() throws Exception {
    return new ProcessBuilder("sh", "-c", "exit 3").start().waitFor();
  }

  private static String processOutput() throws Exception {
    Process process = new ProcessBuilder("cat").start();
    Future<String> read =
        on(() -> new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    try (OutputStream out = process.getOutputStream()) {
      out.write("a line".getBytes(StandardCharsets.UTF_8));
    }
    return read.get() + ", " + process.onExit().get().exitValue();
  }

  private static String processTimesOut() throws Exception {
    Process process = new ProcessBuilder("cat").start();
    boolean early = process.waitFor(10, TimeUnit.MILLISECONDS);
    process.destroy();
    return early + ", " + process.waitFor(50, TimeUnit.SECONDS) + ", " + process.exitValue();
  }

  private static String interruptedProcessWait() throws Exception {
    Process process = new ProcessBuilder("cat").start();
    Thread.currentThread().interrupt();
    String thrown = thrown(process::waitFor);
    process.destroy();
    process.waitFor();
    return thrown;
  }

  private static int lookUp() throws IOException {
    return InetAddress.getByName("localhost").isLoopbackAddress() ? 1 : 0;
  }

  /** No name is that long, so no name server is asked. */
  private static String unknownHost() {
    return thrown(() -> InetAddress.getByName("x".repeat(300)));
  }

  private static int file() throws IOException {
    Path file = Files.createTempFile("weft", ".txt");
    try {
      Files.writeString(file, "text");
      return Files.readString(file).length();
    } finally {
      Files.delete(file);
    }
  }

  private static String fileLock() throws Exception {
    Path file = Files.createTempFile("weft", ".lock");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        var lock = channel.lock()) {
      return lock.isValid() + ", " + thrown(() -> on(channel::lock).get().isValid());
    } finally {
      Files.delete(file);
    }
  }

  private static String refused() throws Exception {
    int port;
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = server.getLocalPort();
    }
    try (Socket socket = new Socket()) {
      return thrown(() -> {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
        return "connected";
      });
    }
  }

  private static int echo() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Future<Long> served =
          on(() -> {
            try (Socket far = server.accept()) {
              return far.getInputStream().transferTo(far.getOutputStream());
            }
          });
      try (Socket near = new Socket(server.getInetAddress(), server.getLocalPort())) {
        near.getOutputStream().write(new byte[1000]);
        near.shutdownOutput();
        int read = near.getInputStream().readAllBytes().length;
        return served.get() == 1000 ? read : -1;
      }
    }
  }
}
