package dev.weft.stress.soak;

import dev.weft.Weft;
import dev.weft.context.CancellableContext;
import dev.weft.context.CancelledException;
import dev.weft.context.Context;
import dev.weft.internal.poll.uring.UringPoller;
import dev.weft.internal.runtime.WeftRuntime;
import dev.weft.net.Conn;
import dev.weft.net.Net;
import dev.weft.net.TcpListener;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Connections that are opened, used and ended in every way, at random, for some time: echo, half
 * close, reset, deadline, cancellation, close under a pending read, interrupt. Every byte is
 * checked. At the end everything must be back: descriptors, goroutines, and what the poller has
 * under way.
 *
 * <p>Usage: {@code Soak SECONDS}. Exits with 1 when something is missing.
 */
public final class Soak {
  private static final int CLIENTS = 64;
  private static final int MAX_BYTES = 20_000;

  /** Of a connection, which takes milliseconds: one that takes so long has been forgotten. */
  private static final Duration LONGEST_LIFE = Duration.ofSeconds(10);

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final Map<Way, LongAdder> done = new TreeMap<>();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder served = new LongAdder();
  private final String address;
  private final long end;
  private volatile Throwable failure;

  /** How a connection is used and ended. */
  private enum Way {
    ECHO,
    HALF_CLOSE,
    RESET,
    DEADLINE,
    CANCEL,
    CLOSE_UNDER_READ,
    INTERRUPT,
    UNREAD
  }

  private Soak(String address, long end) {
    this.address = address;
    this.end = end;
    for (Way way : Way.values()) {
      done.put(way, new LongAdder());
    }
  }

  public static void main(String[] args) throws Exception {
    long seconds = args.length == 0 ? 60 : Long.parseLong(args[0]);
    warmUp();
    long descriptors = openSockets();
    long began = System.nanoTime();
    TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:0");
    var soak =
        new Soak(
            "127.0.0.1:" + listener.localAddress().getPort(),
            began + TimeUnit.SECONDS.toNanos(seconds));
    Weft.go(() -> soak.serve(listener));
    var clients = new CountDownLatch(CLIENTS);
    for (int i = 0; i < CLIENTS; i++) {
      Weft.go(() -> {
        try {
          soak.client();
        } catch (Throwable e) {
          soak.failure = e;
        } finally {
          clients.countDown();
        }
      });
    }
    clients.await();
    listener.close();
    soak.report(began);
    System.exit(soak.isAllBack(descriptors) && soak.failure == null ? 0 : 1);
  }

  /** What the runtime and the JDK open once and keep. */
  private static void warmUp() throws Exception {
    try (TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:0");
        Conn conn = Net.dial("tcp4", "127.0.0.1:" + listener.localAddress().getPort());
        Conn accepted = listener.accept()) {
      accepted.write(new byte[1]);
      conn.read(new byte[1]);
    }
  }

  // The server

  private void serve(TcpListener listener) throws IOException {
    try {
      while (true) {
        Conn conn = listener.accept();
        served.increment();
        Weft.go(() -> echo(conn));
      }
    } catch (ClosedChannelException e) {
      // the end
    }
  }

  private void echo(Conn conn) {
    byte[] buffer = new byte[4096];
    try (conn) {
      conn.setDeadline(LONGEST_LIFE);
      for (int n; (n = conn.read(buffer)) != -1; ) {
        conn.write(buffer, 0, n);
      }
    } catch (SocketException e) {
      // reset by a client, as is their way
    } catch (IOException e) {
      failure = e; // a time-out, too: no client stops in the middle
    }
  }

  // The clients

  private void client() throws Exception {
    var random = new Random(ThreadLocalRandom.current().nextLong());
    Way[] ways = Way.values();
    while (System.nanoTime() < end && failure == null) {
      Way way = ways[random.nextInt(ways.length)];
      try (Conn conn = Net.dial("tcp4", address)) {
        use(conn, way, random);
      }
      done.get(way).increment();
    }
  }

  private void use(Conn conn, Way way, Random random) throws Exception {
    int rounds = 1 + random.nextInt(4);
    for (int i = 0; i < rounds; i++) {
      roundTrip(conn, random);
    }
    switch (way) {
      case ECHO -> {}
      case HALF_CLOSE -> {
        byte[] sent = random(random);
        conn.write(sent);
        conn.closeWrite();
        expect(conn, sent);
        if (conn.read(new byte[1]) != -1) {
          throw new AssertionError("bytes after the end");
        }
      }
      case RESET -> {
        conn.write(random(random));
        conn.setOption(StandardSocketOptions.SO_LINGER, 0);
      }
      case DEADLINE -> {
        conn.setReadDeadline(Duration.ofMillis(random.nextInt(3)));
        try {
          conn.read(new byte[1]);
          throw new AssertionError("bytes from nowhere");
        } catch (SocketTimeoutException e) {
          conn.setReadDeadline(null);
          roundTrip(conn, random);
        }
      }
      case CANCEL -> {
        CancellableContext context = Context.background().withCancel();
        Weft.go(context::cancel);
        try {
          conn.withContext(context).read(new byte[1]);
          throw new AssertionError("bytes from nowhere");
        } catch (CancelledException e) {
          roundTrip(conn, random);
        }
      }
      case CLOSE_UNDER_READ -> {
        Weft.go(conn::close);
        try {
          conn.read(new byte[1]);
          throw new AssertionError("bytes from nowhere");
        } catch (ClosedChannelException e) {
          // as it should be
        }
      }
      case INTERRUPT -> {
        Thread reader = Thread.currentThread();
        Weft.go(reader::interrupt);
        try {
          conn.read(new byte[1]);
          throw new AssertionError("bytes from nowhere");
        } catch (InterruptedIOException e) {
          Thread.interrupted();
          roundTrip(conn, random);
        }
      }
      case UNREAD -> conn.write(random(random));
    }
  }

  private void roundTrip(Conn conn, Random random) throws IOException {
    byte[] sent = random(random);
    byte[] copy = sent.clone();
    conn.write(sent);
    random.nextBytes(sent); // it is ours again
    expect(conn, copy);
  }

  private static byte[] random(Random random) {
    byte[] bytes = new byte[1 + random.nextInt(random.nextInt(8) == 0 ? MAX_BYTES : 500)];
    random.nextBytes(bytes);
    return bytes;
  }

  private void expect(Conn conn, byte[] sent) throws IOException {
    byte[] buffer = new byte[4096];
    for (int position = 0; position < sent.length; ) {
      int n = conn.read(buffer, 0, Math.min(buffer.length, sent.length - position));
      for (int i = 0; i < n; i++) {
        if (buffer[i] != sent[position + i]) {
          throw new AssertionError("a wrong byte came back");
        }
      }
      if (n < 0) {
        throw new AssertionError("the end came too early");
      }
      position += n;
    }
    bytes.add(sent.length);
  }

  // The account

  private void report(long began) {
    long seconds = Math.max(1, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began));
    long total = done.values().stream().mapToLong(LongAdder::sum).sum();
    System.out.printf(
        "%s: %,d connections in %d s (%,d an hour at this rate), %,d accepted, %,d bytes checked%n",
        Weft.info().poller(), total, seconds, total * 3600 / seconds, served.sum(), bytes.sum());
    done.forEach((way, n) -> System.out.printf("  %-17s %,d%n", way, n.sum()));
    if (failure != null) {
      failure.printStackTrace(System.out);
    }
  }

  private boolean isAllBack(long descriptors) throws Exception {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (!isBackNow(descriptors) && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    boolean back = isBackNow(descriptors);
    System.out.printf(
        "%s: sockets %d before and %d after, goroutines %d%s%n",
        back ? "all is back" : "SOMETHING IS MISSING",
        descriptors,
        openSockets(),
        Weft.stats().goroutines().live(),
        WeftRuntime.poller() instanceof UringPoller uring ? ", " + uring.inFlight() : "");
    return back;
  }

  private static boolean isBackNow(long descriptors) throws IOException {
    if (openSockets() != descriptors || Weft.stats().goroutines().live() != 0) {
      return false;
    }
    if (WeftRuntime.poller() instanceof UringPoller uring) {
      var now = uring.inFlight();
      int wakeupReads = Weft.info().procs();
      return now.operations() <= wakeupReads
          && now.buffers() == 0
          && now.blocks() == 0
          && now.lingerQueue() == 0;
    }
    return true;
  }

  private static long openSockets() throws IOException {
    try (var all = Files.list(Path.of("/proc/self/fd"))) {
      return all.filter(Soak::isSocket).count();
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException e) {
      return false; // closed meanwhile
    }
  }
}
