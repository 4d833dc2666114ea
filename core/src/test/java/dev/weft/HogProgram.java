package dev.weft;

import static dev.weft.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.net.Conn;
import dev.weft.net.Net;
import dev.weft.net.TcpListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Hogs that never give their thread back, and an echo connection beside them.
 *
 * <p>Arguments: the kind of hog, how many, how many must be at it before the echo begins, and for
 * how many beats to go on trying. A beat is one round trip between two platform threads over a
 * {@code java.net} socket, which no scheduler of virtual threads has a hand in: it is the clock of
 * this program.
 *
 * <p>Without a number of beats (0) the program goes on until the goroutines have done {@value
 * #BLOCKS} blocks of round trips, and every hog was seen to be at it after as many of them. With
 * one, it goes on for that many beats at least.
 */
final class HogProgram {
  private static final int BLOCKS = 10;
  private static final int ROUNDS_A_BLOCK = 100;

  private static final AtomicInteger ENTERED = new AtomicInteger();
  private static final AtomicInteger LEFT = new AtomicInteger();
  private static final AtomicLong ROUNDS = new AtomicLong();
  private static final AtomicLong SLEPT = new AtomicLong();
  private static final AtomicLong BEATS = new AtomicLong();
  private static final AtomicReference<Throwable> FAILURE = new AtomicReference<>();

  private HogProgram() {}

  /** Whose turn it is to look at: how far each hog has come. */
  private static AtomicLongArray progress = new AtomicLongArray(0);

  public static void main(String[] arguments) throws Exception {
    String kind = arguments[0];
    int hogs = Integer.parseInt(arguments[1]);
    int atIt = Integer.parseInt(arguments[2]);
    long beats = Long.parseLong(arguments[3]);
    progress = new AtomicLongArray(hogs);
    try {
      TcpListener listener = Net.listenTcp("tcp", "127.0.0.1:0");
      for (int i = 0; i < hogs; i++) {
        int hog = i;
        Weft.go(() -> report(() -> hog(kind, hog)));
      }
      eventually("the hogs are at it", () -> ENTERED.get() >= atIt);
      startMetronome();
      CountDownLatch done = new CountDownLatch(1);
      Weft.go(() -> report(() -> serve(listener)));
      Weft.go(() -> report(() -> ask(listener, kind.equals("spin"), done)));
      if (beats == 0) {
        eventually("the round trips are done", () -> done.getCount() == 0 || FAILURE.get() != null);
      } else {
        long last = BEATS.get() + beats;
        eventually("the beats are over", () -> BEATS.get() >= last || FAILURE.get() != null);
      }
    } catch (Throwable e) {
      FAILURE.compareAndSet(null, e);
    }
    System.out.println("mode=" + (Weft.stats().machines().alive() > 0 ? "gmp" : "jdk"));
    System.out.println("rounds=" + ROUNDS.get());
    System.out.println("sleeps=" + SLEPT.get());
    System.out.println("beats=" + BEATS.get());
    System.out.println("entered=" + ENTERED.get());
    System.out.println("left=" + LEFT.get());
    System.out.println("handoffs=" + Weft.stats().processors().handoffs());
    System.out.println("machines=" + Weft.stats().machines().alive());
    Throwable failure = FAILURE.get();
    if (failure != null) {
      failure.printStackTrace(System.out);
    }
    System.out.flush();
    Runtime.getRuntime().halt(failure == null ? 0 : 1);
  }

  private interface Body {
    void run() throws Throwable;
  }

  private static void report(Body body) {
    try {
      body.run();
    } catch (Throwable e) {
      FAILURE.compareAndSet(null, e);
    }
  }

  // Hogs

  private static void hog(String kind, int hog) throws Throwable {
    switch (kind) {
      case "spin" -> spin(hog);
      case "native" -> blockInNativeCode();
      case "pinned" -> parkUnderNativeFrame();
      case "initializer" -> Initialized.touch();
      default -> throw new IllegalArgumentException(kind);
    }
    LEFT.incrementAndGet();
  }

  private static void spin(int hog) {
    ENTERED.incrementAndGet();
    while (true) {
      progress.lazySet(hog, progress.getPlain(hog) + 1);
    }
  }

  /** {@code pause} returns only for a signal. */
  private static void blockInNativeCode() throws Throwable {
    MethodHandle pause =
        Linker.nativeLinker()
            .downcallHandle(
                Linker.nativeLinker().defaultLookup().findOrThrow("pause"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT));
    ENTERED.incrementAndGet();
    int unused = (int) pause.invokeExact();
  }

  /** Waits, holding a monitor, in a comparator that the C library's {@code qsort} calls. */
  private static void parkUnderNativeFrame() throws Throwable {
    MethodHandle qsort =
        Linker.nativeLinker()
            .downcallHandle(
                Linker.nativeLinker().defaultLookup().findOrThrow("qsort"),
                FunctionDescriptor.ofVoid(
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.ADDRESS));
    MethodHandle compare =
        MethodHandles.lookup()
            .findStatic(
                HogProgram.class,
                "neverCompare",
                MethodType.methodType(int.class, MemorySegment.class, MemorySegment.class));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment comparator =
          Linker.nativeLinker()
              .upcallStub(
                  compare,
                  FunctionDescriptor.of(
                      ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS),
                  arena);
      MemorySegment numbers = arena.allocateFrom(ValueLayout.JAVA_INT, 2, 1);
      qsort.invokeExact(numbers, 2L, (long) Integer.BYTES, comparator);
    }
  }

  @SuppressWarnings("unused") // called by qsort
  private static int neverCompare(MemorySegment a, MemorySegment b) {
    Object monitor = new Object();
    synchronized (monitor) {
      parkForEver();
    }
    return 0;
  }

  private static void parkForEver() {
    ENTERED.incrementAndGet();
    while (true) {
      LockSupport.park();
    }
  }

  /** The first hog never leaves this class's initializer, the others wait for it. */
  private static final class Initialized {
    static {
      if (System.nanoTime() != 0 || ENTERED.get() >= 0) { // "always", which javac must not know
        parkForEver();
      }
    }

    static void touch() {}
  }

  // The clock

  private static void startMetronome() throws IOException {
    ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try (Socket socket = server.accept()) {
            for (int b; (b = socket.getInputStream().read()) != -1; ) {
              socket.getOutputStream().write(b);
            }
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try (Socket socket = new Socket(server.getInetAddress(), server.getLocalPort())) {
            while (true) {
              socket.getOutputStream().write(1);
              if (socket.getInputStream().read() != 1) {
                return;
              }
              BEATS.incrementAndGet();
            }
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  // What must go on

  private static void serve(TcpListener listener) throws IOException {
    try (Conn conn = listener.accept()) {
      byte[] buffer = new byte[64];
      for (int n; (n = conn.read(buffer)) != -1; ) {
        conn.write(buffer, 0, n);
      }
    }
  }

  private static void ask(TcpListener listener, boolean spinning, CountDownLatch done)
      throws Exception {
    byte[] message = "beside hogs".getBytes(UTF_8);
    byte[] answer = new byte[64];
    long[] last = new long[progress.length()];
    int[] advances = new int[progress.length()];
    try (Conn conn = Net.dial("tcp", "127.0.0.1:" + listener.localAddress().getPort())) {
      for (int block = 0; ; block++) {
        if (block >= BLOCKS && (!spinning || Arrays.stream(advances).allMatch(n -> n >= BLOCKS))) {
          done.countDown();
        }
        for (int i = 0; i < ROUNDS_A_BLOCK; i++) {
          conn.setReadDeadline(Duration.ofMinutes(2));
          conn.write(message);
          for (int got = 0; got < message.length; ) {
            got += conn.read(answer, got, answer.length - got);
          }
          if (!Arrays.equals(message, Arrays.copyOf(answer, message.length))) {
            throw new AssertionError("a wrong answer");
          }
          ROUNDS.incrementAndGet();
        }
        Weft.sleep(Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(500)));
        SLEPT.incrementAndGet();
        for (int hog = 0; hog < last.length; hog++) {
          long now = progress.get(hog);
          if (now > last[hog]) {
            advances[hog]++;
          }
          last[hog] = now;
        }
      }
    }
  }
}
