package dev.weft.net.fake;

import dev.weft.context.Context;
import dev.weft.internal.net.address.HostPort;
import dev.weft.internal.net.wait.ContextCancelSignal;
import dev.weft.internal.net.wait.Deadlines;
import dev.weft.internal.net.wait.Parking;
import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.poll.ListenFd;
import dev.weft.internal.poll.StreamFd;
import dev.weft.internal.poll.error.NetExceptions;
import dev.weft.internal.poll.error.NetOperation;
import dev.weft.internal.poll.pipe.PipeListener;
import dev.weft.internal.poll.pipe.PipeTransport;
import dev.weft.internal.runtime.WeftRuntime;
import dev.weft.internal.sched.Clock;
import dev.weft.internal.sys.Errno;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A network in memory for tests: listeners and connections that behave like sockets, over links on
 * which the test sets delays, stalls, resets and refusals. In a {@link dev.weft.Bubble} all its
 * times are fake.
 *
 * <pre>{@code
 * Bubble.run(() -> {
 *   FakeNet net = new FakeNet();
 *   net.link("db:5432").delay(Duration.ofMillis(50));
 *   try (Listener listener = net.listen("db:5432")) {
 *     Weft.go(() -> serve(listener.accept()));
 *     query(net.dial("db:5432"));   // 100 ms later by Bubble.now()
 *   }
 * });
 * }</pre>
 *
 * <p>Addresses are {@code "host:port"} with any host; no name is resolved, and each object is a
 * network of its own. Connections buffer 64 KiB in each direction, including bytes in transit, of
 * which there may be 1,024 pieces; a write waits for room. An end that is closed before it has read
 * all bytes, also those in transit, resets its peer; the reset arrives behind what was written to
 * it. A listener keeps 128 connections that were not accepted, and resets them when it is closed;
 * further dials wait in turn.
 *
 * <p>Safe for use by any number of threads.
 */
public final class FakeNet {
  private static final String NETWORK = "fake";
  private static final int CAPACITY = 64 * 1024;
  private static final int BACKLOG = 128;
  private static final int FIRST_PORT = 49_152;

  private final Map<HostPort, PipeListener> listeners = new ConcurrentHashMap<>();
  private final Map<HostPort, FakeLink> links = new ConcurrentHashMap<>();
  private final AtomicInteger lastPort = new AtomicInteger(FIRST_PORT);

  /** Creates a network without listeners. */
  public FakeNet() {}

  /** Returns the link to {@code address}. */
  public FakeLink link(String address) {
    return link(HostPort.parse(address));
  }

  private FakeLink link(HostPort address) {
    return links.computeIfAbsent(address, key -> new FakeLink());
  }

  /**
   * Listens.
   *
   * @param address with port 0 the network chooses a free port
   * @throws java.net.BindException when the address has a listener
   * @throws IllegalArgumentException when the syntax of the address is invalid
   */
  public Listener listen(String address) throws IOException {
    HostPort asked = HostPort.parse(address);
    HostPort at = asked.port() == 0 ? new HostPort(asked.host(), nextPort()) : asked;
    PipeListener listener =
        new PipeListener(WeftRuntime.poller(), NETWORK, socketAddress(at), BACKLOG);
    if (listeners.putIfAbsent(at, listener) != null) {
      throw NetExceptions.of(NetOperation.LISTEN, NETWORK + " " + at, Errno.EADDRINUSE);
    }
    return new FakeListener(new ListenFd(listener), () -> listeners.remove(at, listener), null);
  }

  private int nextPort() {
    return lastPort.getAndIncrement();
  }

  private static InetSocketAddress socketAddress(HostPort address) {
    return InetSocketAddress.createUnresolved(address.host(), address.port());
  }

  /**
   * Connects, which takes twice the delay of the link. While 128 connections wait to be accepted,
   * this one waits for its turn.
   *
   * @throws java.net.ConnectException when the address has no listener, or the link refuses
   * @throws java.io.InterruptedIOException when the thread is interrupted while it waits; its
   *     interrupt status stays set
   * @throws IllegalArgumentException when the syntax of the address is invalid
   */
  public Conn dial(String address) throws IOException {
    return dial(address, Deadlines.NONE, null);
  }

  /**
   * Connects, waiting at most {@code timeout}; {@code null} for no limit.
   *
   * @throws java.net.SocketTimeoutException when {@code timeout} has passed
   */
  public Conn dial(String address, @Nullable Duration timeout) throws IOException {
    return dial(address, Deadlines.at(timeout), null);
  }

  /**
   * Connects, until {@code context} is cancelled or its deadline passes.
   *
   * @throws dev.weft.context.CancelledException when the context is cancelled, before or meanwhile
   */
  public Conn dial(Context context, String address) throws IOException {
    context.check();
    return dial(address, Deadlines.NONE, new ContextCancelSignal(context));
  }

  private Conn dial(String address, long deadline, @Nullable CancelSignal cancelSignal)
      throws IOException {
    HostPort target = HostPort.parse(address);
    String where = NETWORK + " " + target;
    FakeLink link = link(target);
    link.beginDial();
    try {
      long answeredAt = Clock.nanoTime() + 2 * link.pipes.delayNanos();
      await(where, () -> Clock.nanoTime() - answeredAt >= 0, answeredAt, deadline, cancelSignal);
      await(where, () -> !link.pipes.isStalled(), Deadlines.NONE, deadline, cancelSignal);
    } finally {
      link.endDial();
    }
    PipeListener listener = link.refuses() ? null : listeners.get(target);
    Conn conn =
        listener == null ? null : connect(listener, target, link, where, deadline, cancelSignal);
    if (conn == null) {
      throw NetExceptions.of(NetOperation.DIAL, where, Errno.ECONNREFUSED);
    }
    return conn;
  }

  private @Nullable Conn connect(
      PipeListener listener,
      HostPort target,
      FakeLink link,
      String where,
      long deadline,
      @Nullable CancelSignal cancelSignal)
      throws IOException {
    PipeListener.Place place = listener.reserve();
    try {
      await(where, place::isDecided, Deadlines.NONE, deadline, cancelSignal);
      return connect(place, target, link);
    } finally {
      place.leave();
    }
  }

  private @Nullable Conn connect(PipeListener.Place place, HostPort target, FakeLink link)
      throws IOException {
    List<StreamFd> ends =
        PipeTransport.open(
            WeftRuntime.poller(),
            CAPACITY,
            link.pipes,
            NETWORK,
            socketAddress(new HostPort("client", nextPort())),
            socketAddress(target));
    StreamFd client = ends.getFirst();
    StreamFd server = ends.getLast();
    if (!place.offer(server)) {
      client.close();
      server.close();
      return null;
    }
    return new FakeConn(client, null);
  }

  /**
   * Waits until {@code done}.
   *
   * @param doneAt the time at which that becomes true by itself; {@link Deadlines#NONE} when
   *     another thread makes it true
   */
  private void await(
      String where,
      BooleanSupplier done,
      long doneAt,
      long deadline,
      @Nullable CancelSignal cancelSignal)
      throws IOException {
    boolean isDoneFirst =
        doneAt != Deadlines.NONE && (deadline == Deadlines.NONE || doneAt - deadline < 0);
    while (true) {
      switch (Parking.await(this, done, isDoneFirst ? doneAt : deadline, cancelSignal)) {
        case DONE -> {
          return;
        }
        case TIMED_OUT -> {
          if (!isDoneFirst) {
            throw NetExceptions.timedOut(NetOperation.DIAL, where);
          }
        }
        case INTERRUPTED -> throw NetExceptions.interrupted(NetOperation.DIAL, where);
        case CANCELLED -> {
          if (cancelSignal != null) {
            throw cancelSignal.toException();
          }
        }
      }
    }
  }

  @Override
  public String toString() {
    return "fake network with listeners on " + listeners.keySet();
  }
}
