package dev.weft.programs;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Virtual threads that do not release their carriers, beside those that serve requests. */
final class Neighbours {
  private static final int CALL_MICROS = 20_000;
  private static final long BYTE_MILLIS = 50;

  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stop;

  /** Does the opposite of nothing for as long as it is not told to stop. */
  private interface Work {
    void run() throws Throwable;
  }

  /**
   * Starts some.
   *
   * @param kind {@code loops} compute, {@code yields} call {@link Thread#yield}, {@code native}
   *     sleep in C, {@code files} read a file that has a byte now and then
   */
  void start(String kind, int count) throws IOException, InterruptedException {
    stop = false;
    switch (kind) {
      case "loops" ->
          add(
              count,
              () -> {
                long n = 0;
                while (!stop) {
                  n++;
                }
                if (n == 0) {
                  throw new AssertionError();
                }
              });
      case "yields" ->
          add(
              count,
              () -> {
                while (!stop) {
                  Thread.yield();
                }
              });
      case "native" -> {
        Linker linker = Linker.nativeLinker();
        MethodHandle usleep =
            linker.downcallHandle(
                linker.defaultLookup().findOrThrow("usleep"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        add(
            count,
            () -> {
              while (!stop) {
                int result = (int) usleep.invokeExact(CALL_MICROS);
                if (result != 0) {
                  throw new AssertionError("usleep: " + result);
                }
              }
            });
      }
      case "files" -> readSlowFiles(count);
      default -> throw new IllegalArgumentException(kind);
    }
  }

  private void add(int count, Work work) {
    for (int i = 0; i < count; i++) {
      threads.add(
          Thread.startVirtualThread(() -> {
            try {
              work.run();
            } catch (Throwable e) {
              e.printStackTrace();
            }
          }));
    }
  }

  private void readSlowFiles(int count) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("fifos");
    for (int i = 0; i < count; i++) {
      String fifo = folder.resolve(Integer.toString(i)).toString();
      new ProcessBuilder("mkfifo", fifo).inheritIO().start().waitFor();
      threads.add(Thread.ofPlatform().daemon().start(() -> writeSlowly(fifo)));
      add(
          1,
          () -> {
            try (InputStream in = Files.newInputStream(Path.of(fifo))) {
              in.transferTo(OutputStream.nullOutputStream());
            }
          });
    }
  }

  private void writeSlowly(String fifo) {
    try (OutputStream out = Files.newOutputStream(Path.of(fifo))) {
      while (!stop) {
        out.write(0);
        Thread.sleep(BYTE_MILLIS);
      }
    } catch (IOException | InterruptedException e) {
      e.printStackTrace();
    }
  }

  /** Ends them all. */
  void stop() throws InterruptedException {
    stop = true;
    for (Thread thread : threads) {
      thread.join();
    }
    threads.clear();
  }
}
