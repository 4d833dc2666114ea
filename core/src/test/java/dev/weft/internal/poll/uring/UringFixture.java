package dev.weft.internal.poll.uring;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.poll.Family;
import dev.weft.internal.poll.ListenFd;
import dev.weft.internal.poll.StreamFd;
import dev.weft.internal.poll.error.NetOperation;
import dev.weft.internal.poll.file.BlockingFileOps;
import dev.weft.internal.poll.file.HandoffFileOps;
import dev.weft.internal.sched.GmpScheduler;
import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A scheduler of its own over io_uring, with rings of any size, and connections on it. */
final class UringFixture {
  final UringPoller poller;
  private final GmpScheduler scheduler;
  private final Goroutines goroutines = new Goroutines(this::newGoroutine);

  UringFixture(int processors, RingSizes sizes) throws IOException {
    String why = UringPoller.unavailableBecause();
    Assumptions.assumeTrue(why == null, why);
    poller = new UringPoller(processors, sizes);
    scheduler = new GmpScheduler(processors, 16, poller);
    poller.attach(scheduler::timers);
  }

  /** Runs {@code body} in a goroutine. */
  <V> CompletableFuture<V> start(Callable<V> body) {
    var result = new CompletableFuture<V>();
    scheduler
        .newGoroutine(() -> {
          try {
            result.complete(body.call());
          } catch (Throwable e) {
            result.completeExceptionally(e);
          }
        })
        .start();
    return result;
  }

  /** Runs {@code body} in a goroutine, to its end. */
  <V> V call(Callable<V> body) throws Exception {
    return start(body).get(60, TimeUnit.SECONDS);
  }

  /** Runs {@code body} in a goroutine whose waiting can be waited for. */
  <V> Running<V> running(Callable<V> body) {
    return goroutines.start(body);
  }

  /** Files by the rings. */
  BlockingFileOps fileCalls() {
    return poller.fileOps(new HandoffFileOps(scheduler));
  }

  /** A goroutine, not started. */
  Thread newGoroutine(Runnable body) {
    return scheduler.newGoroutine(body);
  }

  /** A listener on a free port of the loopback address. */
  ListenFd listen() throws IOException {
    ListenFd listener = poller.openListener(Family.INET, false, false);
    listener.bind(
        NetOperation.LISTEN, "tcp", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    listener.listen("tcp", 128);
    return listener;
  }

  StreamFd dial(ListenFd listener) throws IOException {
    StreamFd stream = poller.openStream(Family.INET, false);
    SocketAddress address = listener.localAddress();
    if (address == null) {
      throw new AssertionError("a listener has an address");
    }
    stream.connect(address, 0, null);
    return stream;
  }

  /** Both ends of a connection. */
  record Pair(StreamFd client, StreamFd server) {
    void close() {
      client.close();
      server.close();
    }
  }

  Pair connect() throws Exception {
    return connect(listen());
  }

  private Pair connect(ListenFd listener) throws Exception {
    try {
      StreamFd client = dial(listener);
      return new Pair(client, listener.accept(null));
    } finally {
      listener.close();
    }
  }

  /** A connection that takes little, and whose client writes behind. */
  Pair narrow() throws Exception {
    ListenFd listener = listen();
    listener.setOption(StandardSocketOptions.SO_RCVBUF, 4096); // connections begin with it
    Pair pair = connect(listener);
    pair.client().setOption(StandardSocketOptions.SO_SNDBUF, 4096);
    // Only a connection that has waited to read writes behind.
    var reading = running(() -> read(pair.client(), new byte[1])).awaitBlockedIn("read");
    pair.client().setReadDeadline(System.nanoTime() - 1);
    assertThat(reading.failure()).isInstanceOf(SocketTimeoutException.class);
    pair.client().setReadDeadline(0);
    return pair;
  }

  /**
   * Fills the connection to a peer that does not read; returns the bytes that were taken.
   *
   * <p>That a write waits is not enough: it also waits while the send before it has not been
   * submitted. Another connection's read that waits on the same ring is submitted after that send;
   * when it has completed, so has the send, unless the kernel has no room. A write that then takes
   * nothing finds the kernel's buffers full and the queue behind them full.
   */
  byte[] fill(StreamFd stream) throws Exception {
    var written = new ByteArrayOutputStream();
    Pair other = connect();
    int before;
    do {
      before = written.size();
      writeUntilItWaits(stream, written);
      var reading = running(() -> read(other.server(), new byte[1])).awaitBlockedIn("read");
      call(() -> {
        write(other.client(), new byte[1]);
        return null;
      });
      assertThat(reading.join()).isOne();
    } while (written.size() > before);
    other.close();
    return written.toByteArray();
  }

  private void writeUntilItWaits(StreamFd stream, ByteArrayOutputStream written) throws Exception {
    byte[] piece = pattern(5000);
    var writing =
        running(() -> {
          while (true) {
            try {
              write(stream, piece);
              written.write(piece);
            } catch (SocketTimeoutException e) {
              written.write(piece, 0, e.bytesTransferred);
              return true;
            }
          }
        });
    writing.awaitBlockedIn("write");
    stream.setWriteDeadline(System.nanoTime() - 1);
    writing.join();
    stream.setWriteDeadline(0);
  }

  static byte[] pattern(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  static byte[] readToEnd(StreamFd stream) throws IOException {
    var all = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    for (int n; (n = read(stream, buffer)) > 0; ) {
      all.write(buffer, 0, n);
    }
    return all.toByteArray();
  }

  static void write(StreamFd stream, byte[] bytes) throws IOException {
    stream.write(MemorySegment.ofArray(bytes), 0, bytes.length, null);
  }

  static int read(StreamFd stream, byte[] into) throws IOException {
    return stream.read(MemorySegment.ofArray(into), 0, into.length, null);
  }

  /** Waits until nothing is in flight except the waker's polls. */
  void awaitNothingInFlight() throws Exception {
    eventually(
        "nothing is in flight, but " + poller.inFlight(),
        () -> {
          InFlightCounts now = poller.inFlight();
          return now.operations() <= poller.rings.length
              && now.buffers() == 0
              && now.blocks() == 0
              && now.lingerQueue() == 0;
        });
  }
}
