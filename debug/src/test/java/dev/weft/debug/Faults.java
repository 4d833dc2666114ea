package dev.weft.debug;

import dev.weft.Weft;
import dev.weft.chan.Chan;
import dev.weft.internal.inspect.Inspection;
import dev.weft.net.Conn;
import dev.weft.net.Dialer;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.Resolver;
import dev.weft.net.pool.ConnPool;
import dev.weft.net.pool.Lease;
import dev.weft.net.pool.PoolLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A program with one fault of each kind, or the same program without them. It knows in which line
 * each fault is.
 */
final class Faults implements AutoCloseable {
  private static final int MEMBERS_OF_CONVOY = 4;

  private final boolean faulty;
  private final Map<String, Integer> lines = new ConcurrentHashMap<>();
  private final CountDownLatch ended = new CountDownLatch(1);

  /** Those that wait for ever, and must not be reachable, are not in it. */
  private final List<Thread> started = new ArrayList<>();

  private final Listener listener = Net.listen("tcp", "127.0.0.1:0");
  private final ConnPool<String> pool =
      new ConnPool<>(
          (target, _) -> Net.dial("tcp", target),
          new PoolLimits(8, 8, 8, null, null, Duration.ofMillis(1)),
          _ -> {});
  private Lease<String> lease;

  Faults(boolean faulty) throws IOException {
    this.faulty = faulty;
  }

  ConnPool<String> pool() {
    return pool;
  }

  /** Where a stack that stands at the fault has it: the file and the line. */
  String at(String fault) {
    return "Faults.java:" + line(fault);
  }

  int line(String fault) {
    Integer line = lines.get(fault);
    if (line == null) {
      throw new AssertionError("the program has not come to: " + fault);
    }
    return line;
  }

  /** The fault is in the next line. */
  private void next(String fault) {
    int here =
        StackWalker.getInstance()
            .walk(frames -> frames.skip(1).findFirst().orElseThrow().getLineNumber());
    lines.put(fault, here + 1);
  }

  private boolean goesOn() {
    return ended.getCount() > 0;
  }

  String address() {
    return "127.0.0.1:" + ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /** Returns when each part has come to where it goes wrong. */
  void run() throws Exception {
    leakByChannel();
    leakByLostDeadline();
    lockAndChannel();
    monitorAndLock();
    hog();
    convoy();
    closeWait();
    lease();
    slowResolver();
    if (!faulty) {
      for (Thread each : started) {
        each.join();
      }
    }
  }

  // A goroutine waits for a value that no other can send.

  private void leakByChannel() throws InterruptedException {
    Chan<String> channel = Chan.unbuffered();
    Weft.go(() -> receive(channel));
    if (!faulty) {
      channel.send("x");
    }
  }

  private void receive(Chan<String> channel) throws InterruptedException {
    next("leak by channel");
    channel.receive();
  }

  // A goroutine answers after the deadline, when the answer is not waited for any more.

  private void leakByLostDeadline() throws InterruptedException {
    Chan<String> answer = faulty ? Chan.unbuffered() : Chan.buffered(1);
    CountDownLatch gaveUp = new CountDownLatch(1);
    Weft.go(() -> answerLate(answer, gaveUp));
    try {
      answer.receive(Duration.ofMillis(1));
    } catch (TimeoutException e) {
      gaveUp.countDown();
    }
  }

  private void answerLate(Chan<String> answer, CountDownLatch gaveUp) throws InterruptedException {
    gaveUp.await();
    next("leak by lost deadline");
    answer.send("late");
  }

  // One waits for a value and holds the lock that the sender takes first.

  private final ReentrantLock lock = new ReentrantLock();
  private final Chan<String> underLock = Chan.unbuffered();

  private void lockAndChannel() throws InterruptedException {
    CountDownLatch locked = new CountDownLatch(1);
    started.add(Weft.go(() -> receiveUnderLock(locked)));
    locked.await();
    started.add(Weft.go(this::sendUnderLock));
  }

  private void receiveUnderLock(CountDownLatch locked) throws InterruptedException {
    if (faulty) {
      lock.lock();
    }
    try {
      locked.countDown();
      next("channel under lock");
      underLock.receive();
    } finally {
      if (faulty) {
        lock.unlock();
      }
    }
  }

  private void sendUnderLock() throws InterruptedException {
    next("lock before channel");
    lock.lock();
    try {
      underLock.send("x");
    } finally {
      lock.unlock();
    }
  }

  // Two take a monitor and a lock, each in its own order.

  private final Object monitor = new Object();
  private final ReentrantLock second = new ReentrantLock();

  private void monitorAndLock() {
    CountDownLatch both = new CountDownLatch(faulty ? 2 : 0);
    started.add(Weft.go(() -> monitorFirst(both)));
    started.add(Weft.go(() -> lockFirst(both)));
  }

  private void monitorFirst(CountDownLatch both) throws InterruptedException {
    synchronized (monitor) {
      both.countDown();
      both.await();
      next("lock in monitor");
      second.lockInterruptibly();
      second.unlock();
    }
  }

  private void lockFirst(CountDownLatch both) throws InterruptedException {
    if (!faulty) {
      monitorFirst(both);
      return;
    }
    second.lock();
    try {
      both.countDown();
      both.await();
      enterMonitor();
    } finally {
      second.unlock();
    }
  }

  private void enterMonitor() {
    next("monitor under lock");
    synchronized (monitor) {
      lines.put("the monitor was entered", 0);
    }
  }

  // One computes and never stops.

  private void hog() {
    if (faulty) {
      started.add(Weft.go(this::compute));
    }
  }

  private void compute() {
    next("hog");
    spin();
  }

  private void spin() {
    while (goesOn()) {
      Thread.onSpinWait();
    }
  }

  // Several sleep with a lock that all of them need.

  private final ReentrantLock shared = new ReentrantLock();

  private void convoy() {
    for (int i = 0; i < MEMBERS_OF_CONVOY; i++) {
      started.add(Weft.go(() -> takeTurns(faulty ? shared : new ReentrantLock())));
    }
  }

  private void takeTurns(ReentrantLock own) throws InterruptedException {
    do {
      next("convoy");
      own.lock();
      try {
        Weft.sleep(Duration.ofMillis(2));
      } finally {
        own.unlock();
      }
    } while (faulty && goesOn());
  }

  // The peer has closed the connection, and this side does something else.

  private final Chan<String> somethingElse = Chan.unbuffered();

  private void closeWait() throws Exception {
    CountDownLatch accepted = new CountDownLatch(1);
    Thread server = Weft.go(() -> serve(accepted));
    started.add(server);
    try (Conn client = Net.dial("tcp", address())) {
      accepted.await();
      while (isFarFromReading(server)) {
        Thread.onSpinWait();
      }
      client.write(new byte[1]);
    }
  }

  private static boolean isFarFromReading(Thread server) {
    String reason = Inspection.waitReason(server);
    return server.isAlive() && (reason == null || !reason.startsWith("read"));
  }

  private void serve(CountDownLatch accepted) throws Exception {
    try (Conn conn = listener.accept()) {
      accepted.countDown();
      conn.read(new byte[1]);
      if (faulty) {
        next("close wait");
        somethingElse.receive();
      }
    }
  }

  // A connection of a pool is not given back.

  private void lease() throws IOException {
    next("lease");
    lease = pool.take(address());
    if (!faulty) {
      lease.giveBack();
    }
  }

  // Looking a name up takes for ever.

  private void slowResolver() throws InterruptedException {
    CountDownLatch looking = new CountDownLatch(1);
    Resolver resolver = Resolver.of(_ -> lookUp(looking));
    started.add(
        Weft.go(() -> {
          try (Conn conn = Dialer.DEFAULT.resolver(resolver).dial("tcp", named())) {
            conn.write(new byte[1]);
          }
        }));
    looking.await();
  }

  private String named() {
    return "slow.example:" + ((InetSocketAddress) listener.localAddress()).getPort();
  }

  private List<InetAddress> lookUp(CountDownLatch looking) {
    looking.countDown();
    if (faulty) {
      try {
        next("slow resolver");
        ended.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return List.of(InetAddress.getLoopbackAddress());
  }

  @Override
  public void close() throws Exception {
    ended.countDown();
    for (Thread each : started) {
      each.interrupt();
    }
    for (Thread each : started) {
      each.join();
    }
    lease.close();
    pool.close();
    listener.close();
  }
}
