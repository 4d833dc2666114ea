package dev.weft.bench.load;

import dev.weft.internal.sys.DescriptorCalls;
import dev.weft.internal.sys.EpollCalls;
import dev.weft.internal.sys.EpollEvents;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.OptionCalls;
import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.ResourceUsage;
import dev.weft.internal.sys.SocketCalls;
import dev.weft.internal.sys.SystemCallException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/**
 * Carries out a {@link Plan}, in one thread with one epoll.
 *
 * <p>A request's latency counts from the moment when it was meant to begin. In the closed loop that
 * is when its client's last one ended; at a fixed rate, when the clock says so, even if no client
 * was free by then. Delays in the generator itself are therefore part of the latency, and slow
 * responses do not reduce the number of requests that are measured.
 */
final class Generator implements AutoCloseable {
  private static final int EVENTS = 256;

  /**
   * Clients that start before the first event is handled. Large, so that all clients start before
   * the first ones start a second request.
   */
  private static final int BATCH = 512;

  private static final int BUFFER = 64 * 1024;
  private static final long TICK_NANOS = 100_000_000L;
  private static final int IPPROTO_IP = 0;
  private static final int IP_BIND_ADDRESS_NO_PORT = 24;
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_NODELAY = 1;

  private final Plan plan;
  private final Script script;
  private final RawAddress server;
  private final RawAddress[] sources;
  private final int epoll;
  private final Arena arena = Arena.ofConfined();
  private final EpollEvents events = new EpollEvents(arena, EVENTS);
  private final byte[] buffer = new byte[BUFFER];
  private final Client[] clients;
  private final Tally tally = new Tally();
  private final LongConsumer progress;
  private final BooleanSupplier stop;

  /** Clients without a request. */
  private final ArrayDeque<Client> idle = new ArrayDeque<>();

  /** The times at which the idle clients became idle, in the same order. */
  private final ArrayDeque<Long> idleSince = new ArrayDeque<>();

  private boolean connecting;
  private int connectionsMade;
  private long begun;
  private long ended;
  private long start;
  private long lastBegun;
  private long completedByLastBegun;
  private boolean stopped;

  Generator(Plan plan, LongConsumer progress, BooleanSupplier stop) throws SystemCallException {
    this.plan = plan;
    this.progress = progress;
    this.stop = stop;
    script = new Script(plan.workload(), plan.size());
    server = loopback(1, plan.port());
    sources = new RawAddress[plan.addresses()];
    for (int i = 0; i < sources.length; i++) {
      sources[i] = loopback(i + 1, 0);
    }
    epoll = SystemCallException.check("epoll_create1", EpollCalls.create());
    clients = new Client[plan.clients()];
    for (int i = 0; i < clients.length; i++) {
      clients[i] = new Client(this, i);
    }
  }

  private static RawAddress loopback(int host, int port) {
    try {
      byte[] ip = {127, 0, 0, (byte) host};
      return new RawAddress(
          new InetSocketAddress(InetAddress.getByAddress(ip), port), SocketCalls.AF_INET);
    } catch (UnknownHostException e) {
      throw new AssertionError("four bytes are always an address", e);
    }
  }

  /** Runs until all requests have ended, or the time is over and those begun have ended. */
  Outcome run() throws SystemCallException {
    if (!isShort()) {
      connectAll();
    }
    long cpu = cpuMicros();
    start = System.nanoTime();
    for (Client client : clients) {
      idle.add(client);
      idleSince.add(start);
    }
    long tick = start + TICK_NANOS;
    while (!isDone()) {
      beginDue(BATCH);
      poll(waitNanos());
      long now = System.nanoTime();
      if (now >= tick) {
        tick(now);
        tick = now + TICK_NANOS;
      }
    }
    long end = System.nanoTime();
    progress.accept(ended);
    long due = plan.perSecond() == 0 ? begun : dueBy(Math.min(end, start + plan.nanos()));
    return tally.outcome(
        Math.max(1, lastBegun - start),
        completedByLastBegun,
        end - start,
        Math.max(0, Math.min(due, plan.requests()) - begun),
        cpuMicros() - cpu,
        stopped);
  }

  private static long cpuMicros() {
    ResourceUsage usage = ResourceUsage.ofThisProcess();
    return usage.userMicros() + usage.kernelMicros();
  }

  /** Opens all persistent connections before the clock starts. */
  private void connectAll() throws SystemCallException {
    connecting = true;
    int next = 0;
    long tick = System.nanoTime() + TICK_NANOS;
    while (connectionsMade < clients.length && !stop.getAsBoolean()) {
      for (int i = 0; i < BATCH && next < clients.length; i++) {
        clients[next++].connect(System.nanoTime());
      }
      poll(next < clients.length ? 0 : TICK_NANOS);
      long now = System.nanoTime();
      if (now >= tick) {
        giveUp(now);
        tick = now + TICK_NANOS;
      }
    }
    connecting = false;
  }

  private boolean isDone() {
    if (stop.getAsBoolean()) {
      stopped = true;
      return true;
    }
    return ended == begun && !mayBegin(System.nanoTime());
  }

  private boolean mayBegin(long now) {
    return begun < plan.requests() && now - start < plan.nanos();
  }

  /** The number of requests due by now at a fixed rate. */
  private long dueBy(long now) {
    return (long) Math.ceil((now - start) * 1e-9 * plan.perSecond());
  }

  private void beginDue(int most) {
    for (int i = 0; i < most && !idle.isEmpty(); i++) {
      long now = System.nanoTime();
      if (!mayBegin(now)) {
        return;
      }
      long due;
      if (plan.perSecond() == 0) {
        // Without a rate all clients start as fast as this thread can start them.
        due = begun < clients.length ? now : idleSince.peek();
      } else {
        due = start + (long) (begun * 1e9 / plan.perSecond());
        if (due > now) {
          return;
        }
      }
      idleSince.remove();
      begun++;
      lastBegun = now;
      completedByLastBegun = tally.completed();
      idle.remove().begin(begun, due);
    }
  }

  private long waitNanos() {
    if (idle.isEmpty()) {
      return TICK_NANOS;
    }
    long now = System.nanoTime();
    if (!mayBegin(now)) {
      return TICK_NANOS;
    }
    if (plan.perSecond() == 0) {
      return 0;
    }
    long due = start + (long) (begun * 1e9 / plan.perSecond());
    return Math.clamp(due - now, 0, TICK_NANOS);
  }

  private void poll(long nanos) throws SystemCallException {
    int n =
        nanos == 0
            ? EpollCalls.poll(epoll, events, EVENTS)
            : EpollCalls.await(epoll, events, EVENTS, nanos);
    if (n < 0 && n != -Errno.EINTR) {
      throw new SystemCallException("epoll_wait", -n);
    }
    for (int i = 0; i < n; i++) {
      long token = events.token(i);
      clients[(int) token].ready((int) (token >>> Integer.SIZE), events.events(i));
      if (!connecting) {
        beginDue(1); // a client that has finished begins its next request at once
      }
    }
  }

  private void tick(long now) {
    progress.accept(ended);
    giveUp(now);
  }

  private void giveUp(long now) {
    for (Client client : clients) {
      boolean waits = connecting ? !client.isConnected() : client.isBusy();
      if (waits && now - client.intended() > plan.timeoutNanos() && client.isUnderWay()) {
        client.timeOut(now);
      }
    }
  }

  // Callbacks of clients

  Script script() {
    return script;
  }

  byte[] buffer() {
    return buffer;
  }

  RawAddress server() {
    return server;
  }

  boolean isShort() {
    return plan.workload() == Workload.SHORT;
  }

  /** A socket for client {@code index}, bound to its address; negative when there is none. */
  int openSocket(int index) {
    int fd = SocketCalls.socket(SocketCalls.AF_INET, SocketCalls.SOCK_STREAM);
    if (fd < 0) {
      return fd;
    }
    int result = isShort() ? 0 : OptionCalls.setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    if (result >= 0 && sources.length > 1) {
      // The kernel chooses the port at connect, where only the whole 4-tuple must be unique.
      result = OptionCalls.setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
      if (result >= 0) {
        result = SocketCalls.bind(fd, sources[index % sources.length]);
      }
    }
    if (result < 0) {
      DescriptorCalls.close(fd);
      return result;
    }
    return fd;
  }

  void watch(int fd, int interest, long token) {
    int result = EpollCalls.add(epoll, fd, interest, token);
    if (result < 0) {
      throw new IllegalStateException("epoll_ctl: " + Errno.text(-result));
    }
  }

  void connected() {
    connectionsMade++;
  }

  void completed(Client client, long now, long nanos, long connectNanos) {
    tally.completed(nanos, connectNanos);
    free(client, now);
  }

  void timedOut(Client client, long now, long nanos, long connectNanos) {
    tally.timedOut(nanos, connectNanos);
    free(client, now);
  }

  void failed(Client client, Failure failure) {
    tally.failed(failure);
    free(client, System.nanoTime());
  }

  private void free(Client client, long now) {
    if (connecting) {
      connectionsMade++; // it connects with its first request
      return;
    }
    ended++;
    idle.add(client);
    idleSince.add(now);
  }

  @Override
  public void close() {
    for (Client client : clients) {
      client.close();
    }
    DescriptorCalls.close(epoll);
    arena.close();
  }
}
