package dev.weft.internal.poll.uring;

import dev.weft.internal.poll.DatagramFd;
import dev.weft.internal.poll.Family;
import dev.weft.internal.poll.FileBackend;
import dev.weft.internal.poll.ListenFd;
import dev.weft.internal.poll.PacketPool;
import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.Poller;
import dev.weft.internal.poll.StreamFd;
import dev.weft.internal.poll.file.NativeFiles;
import dev.weft.internal.poll.socket.NativeSocket;
import dev.weft.internal.sched.CurrentProcessor;
import dev.weft.internal.sys.Libc;
import dev.weft.internal.sys.NativeAccess;
import dev.weft.internal.sys.SubmissionQueue;
import dev.weft.internal.sys.SystemCallException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sockets and files on io_uring, a ring a processor.
 *
 * <p>A busy processor's machine submits and collects in its own ring, between goroutines ({@link
 * #submitAndReap}). When machines have nothing to do, one of them waits in the ring of the
 * processor it had last. Rings that nobody looks after then have the kernel ring the {@link Waker},
 * which ends that wait.
 */
public final class UringPoller extends Poller implements AutoCloseable {
  /** How often, and after which pause, a socket is asked for again when there is no descriptor. */
  private static final int MAX_OPEN_RETRIES = 20;

  private static final long OPEN_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /**
   * Between goroutines, a batch of this size is handed over although others are ready to run: so
   * long a send may wait.
   */
  private static final int BATCH = 64;

  final ProcessorRing[] rings;
  private final PacketPool packets = new PacketPool();
  final DiskBlocks diskBlocks = new DiskBlocks();
  final boolean receivesMultishot;
  private final BooleanSupplier hasUnattended = this::hasUnattendedCompletions;
  private final Waker waker;
  private volatile @Nullable LingerQueue lingerQueue;
  private final ExitFlush exitFlush;

  /** Where the thread in the poller has waited; -1 when it only asked. Of that thread. */
  private int awaitedRing = -1;

  /**
   * @param processors how many rings
   */
  public UringPoller(int processors) throws SystemCallException {
    this(processors, RingSizes.DEFAULT);
  }

  UringPoller(int processors, RingSizes sizes) throws SystemCallException {
    waker = new Waker(processors);
    rings = openRings(processors, sizes, waker);
    exitFlush = new ExitFlush(rings, this::pollAllOnBehalf);
    // There is no way to ask for multishot receive, which came in 6.0; this came in 6.1.
    receivesMultishot = rings[0].uring.supports(SubmissionQueue.OP_SENDMSG_ZC);
  }

  /** All of them, or nothing is left open, the waker neither. */
  private static ProcessorRing[] openRings(int processors, RingSizes sizes, Waker waker)
      throws SystemCallException {
    List<ProcessorRing> opened = new ArrayList<>(processors);
    try {
      while (opened.size() < processors) {
        opened.add(new ProcessorRing(opened.size(), sizes, waker, processors == 1));
      }
      return opened.toArray(ProcessorRing[]::new);
    } catch (SystemCallException e) {
      opened.forEach(ProcessorRing::close);
      waker.close();
      throw e;
    }
  }

  /** Why io_uring cannot be had here, with what to do about it; {@code null} when it can. */
  public static @Nullable String unavailableBecause() {
    String why = NativeAccess.unavailableBecause();
    return why != null ? why : Availability.REASON;
  }

  /** What a failure to open this poller means, with what to do about it. */
  public static String explain(SystemCallException failure) {
    return Availability.explain(failure);
  }

  @Override
  public String name() {
    return "io_uring";
  }

  /** Where the calling thread queues: its processor's ring, or any. */
  ProcessorRing ring() {
    int id = CurrentProcessor.id();
    return rings[id >= 0 ? id : (int) (Thread.currentThread().threadId() % rings.length)];
  }

  PollDesc newDesc() {
    return newPollDesc();
  }

  LingerQueue lingerQueue() {
    LingerQueue made = lingerQueue;
    if (made == null) {
      made = newLingerQueue();
    }
    return made;
  }

  private synchronized LingerQueue newLingerQueue() {
    LingerQueue made = lingerQueue;
    if (made == null) {
      lingerQueue = made = new LingerQueue(timers(), LingerQueue.MAX_STALLED);
    }
    return made;
  }

  /** Closes a descriptor, behind what is queued in {@code behind} if anything is. */
  void close(int fd, @Nullable ProcessorRing behind) {
    if (behind == null) {
      Libc.close(fd);
      return;
    }
    behind.lockWithRoomFor(1);
    behind.uring.submissions.close(fd, ProcessorRing.NO_OPERATION);
    behind.unlock();
    behind.queued();
  }

  /**
   * Resets connections that are closed and still sending, because the process has run out of
   * descriptors.
   *
   * @return whether there are any, so that trying again after a moment may be worth it
   */
  boolean reclaimDescriptors() {
    LingerQueue lingering = lingerQueue;
    return lingering != null && lingering.reclaimDescriptors();
  }

  /** Reports whether a write may return before the kernel has the bytes. */
  boolean writesBehind() {
    return !exitFlush.hasBegun();
  }

  /** Sends what was written behind, for at most two seconds; at the end of the process. */
  public void flush() {
    exitFlush.run();
  }

  private void pollAllOnBehalf() {
    for (ProcessorRing ring : rings) {
      pollOnBehalf(ring.index);
    }
  }

  /** What is under way. */
  public InFlightCounts inFlight() {
    int operations = 0;
    int buffers = 0;
    int blocks = diskBlocks.taken();
    for (ProcessorRing ring : rings) {
      operations += ring.operations.size();
      buffers += ring.buffers.held();
      blocks += ring.blocks.taken();
    }
    LingerQueue closed = lingerQueue;
    return new InFlightCounts(operations, buffers, blocks, closed == null ? 0 : closed.size());
  }

  // For the scheduler

  @Override
  public int submitAndReap(int processor, int max, boolean betweenReady) {
    ProcessorRing ring = rings[processor];
    int unsubmitted = ring.uring.submissions.unsubmitted();
    if (betweenReady && unsubmitted < BATCH) {
      return 0;
    }
    if (unsubmitted > 0 || ring.uring.submissions.needsEnter()) {
      ring.submit();
    }
    int events = ring.complete(max);
    if (waker.takeHeard()) {
      for (ProcessorRing each : rings) {
        if (each.ownership.isUnattended()) {
          events += each.complete(max - Math.min(max, events));
        }
      }
    }
    return events;
  }

  @Override
  public void acquired(int processor) {
    rings[processor].ownership.acquire();
  }

  @Override
  public void released(int processor) {
    ProcessorRing ring = rings[processor];
    if (ring.hasUnsubmitted()) {
      ring.submit();
    }
    ring.ownership.release();
  }

  @Override
  public void abandoned(int processor) {
    rings[processor].ownership.leave();
  }

  @Override
  public int pollOnBehalf(int processor) {
    ProcessorRing ring = rings[processor];
    if (ring.hasUnsubmitted()) {
      ring.submitForOthers();
    }
    return ring.complete(Integer.MAX_VALUE);
  }

  @Override
  public boolean hasAttendants() {
    return rings.length > 1;
  }

  @Override
  public boolean waitOn(int processor, long nanos) {
    ProcessorRing ring = rings[processor];
    ring.waitOn(nanos);
    return ring.completions() > 0;
  }

  @Override
  public void wakeup(int processor) {
    rings[processor].wakeup();
  }

  /** Rings that somebody else looks after are left to him. */
  @Override
  public int await(long nanos, int max, int near) {
    awaitedRing = nanos == 0 ? -1 : near;
    if (nanos != 0) {
      rings[near].await(nanos, hasUnattended);
      waker.awake();
    }
    return Math.min(max, completions());
  }

  private int completions() {
    int n = 0;
    for (ProcessorRing ring : rings) {
      if (concernsWaiter(ring)) {
        n += ring.completions();
      }
    }
    return n;
  }

  private boolean hasUnattendedCompletions() {
    for (ProcessorRing ring : rings) {
      if (ring.ownership.isUnattended() && ring.completions() > 0) {
        return true;
      }
    }
    return false;
  }

  private boolean concernsWaiter(ProcessorRing ring) {
    RingOwnership others = ring.ownership;
    return ring.index == awaitedRing ? !others.isGiven() : others.isUnattended();
  }

  @Override
  public void dispatch(int collected) {
    int left = collected;
    for (int i = 0; i < rings.length && left > 0; i++) {
      if (concernsWaiter(rings[i])) {
        left -= rings[i].complete(left);
      }
    }
  }

  @Override
  public void wake() {
    waker.signal();
  }

  @Override
  public void close() {
    for (ProcessorRing ring : rings) {
      ring.close();
    }
    waker.close();
  }

  // Descriptors

  private interface Opening {
    NativeSocket open() throws SystemCallException;
  }

  /** Opens a socket; without descriptors, closed connections that linger are reset for it. */
  private NativeSocket open(Opening opening) throws SystemCallException {
    for (int retries = 0; ; retries++) {
      try {
        return opening.open();
      } catch (SystemCallException e) {
        if (!e.isOutOfDescriptors() || retries == MAX_OPEN_RETRIES || !reclaimDescriptors()) {
          throw e;
        }
      }
      LockSupport.parkNanos(OPEN_PAUSE_NANOS);
    }
  }

  @Override
  public StreamFd openStream(Family family) throws SystemCallException {
    NativeSocket socket = open(() -> NativeSocket.openStream(family));
    return new StreamFd(new UringStream(this, newPollDesc(), socket));
  }

  @Override
  public ListenFd adoptListener(int number) throws SystemCallException {
    NativeSocket socket = NativeSocket.adoptListener(number);
    return new ListenFd(new UringListener(this, newPollDesc(), socket));
  }

  @Override
  public ListenFd openListener(Family family, boolean v6only, boolean multipath)
      throws SystemCallException {
    NativeSocket socket = open(() -> NativeSocket.openListener(family, v6only, multipath));
    return new ListenFd(new UringListener(this, newPollDesc(), socket));
  }

  @Override
  public DatagramFd openDatagrams(Family family, boolean v6only) throws SystemCallException {
    NativeSocket socket = open(() -> NativeSocket.openDatagrams(family, v6only));
    return new DatagramFd(new UringDatagrams(this, newPollDesc(), socket, packets));
  }

  /** Where files are the JDK's affair, because goroutines are too, they remain it. */
  @Override
  public FileBackend files(FileBackend blocking) {
    return blocking instanceof NativeFiles files
        ? files.improved(handoff -> new UringFileOps(this, diskBlocks, handoff))
        : blocking;
  }
}
