package dev.weft.internal.poll.uring;

import dev.weft.internal.poll.DatagramFd;
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
 * #exchange}). When machines have nothing to do, one of them waits in the ring of the processor it
 * had last. Rings that nobody looks after then have the kernel ring the {@link Bell}, which ends
 * that wait.
 */
public final class UringPoller extends Poller implements AutoCloseable {
  /** How long the end of the process waits for peers that do not read. */
  private static final long FLUSH_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final long FLUSH_PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  /**
   * Between goroutines, a batch of this size is handed over although others are ready to run: so
   * long a send may wait.
   */
  private static final int BATCH = 64;

  final Lane[] lanes;
  private final PacketPool packets = new PacketPool();
  final DiskBlocks diskBlocks = new DiskBlocks();
  final boolean receivesMultishot;
  private final BooleanSupplier hasUnattended = this::hasUnattendedCompletions;
  private final Bell bell;
  private volatile @Nullable Lingering lingering;
  private volatile boolean flushing;

  /** Where the thread in the poller has waited; -1 when it only asked. Of that thread. */
  private int awaitedNear = -1;

  /**
   * @param processors how many rings
   */
  public UringPoller(int processors) throws SystemCallException {
    this(processors, RingSizes.DEFAULT);
  }

  UringPoller(int processors, RingSizes sizes) throws SystemCallException {
    bell = new Bell(processors);
    lanes = openLanes(processors, sizes, bell);
    // There is no way to ask for multishot receive, which came in 6.0; this came in 6.1.
    receivesMultishot = lanes[0].ring.supports(SubmissionQueue.OP_SENDMSG_ZC);
  }

  /** All of them, or nothing is left open, the bell neither. */
  private static Lane[] openLanes(int processors, RingSizes sizes, Bell bell)
      throws SystemCallException {
    List<Lane> opened = new ArrayList<>(processors);
    try {
      while (opened.size() < processors) {
        opened.add(new Lane(opened.size(), sizes, bell, processors == 1));
      }
      return opened.toArray(Lane[]::new);
    } catch (SystemCallException e) {
      opened.forEach(Lane::close);
      bell.close();
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

  /** Where the calling thread queues: its processor's lane, or any. */
  Lane lane() {
    int id = CurrentProcessor.id();
    return lanes[id >= 0 ? id : (int) (Thread.currentThread().threadId() % lanes.length)];
  }

  PollDesc newDesc() {
    return newPollDesc();
  }

  Lingering lingering() {
    Lingering made = lingering;
    if (made == null) {
      made = newLingering();
    }
    return made;
  }

  private synchronized Lingering newLingering() {
    Lingering made = lingering;
    if (made == null) {
      lingering = made = new Lingering(timers());
    }
    return made;
  }

  /** Closes a descriptor, behind what is queued in {@code behind} if anything is. */
  void close(int fd, @Nullable Lane behind) {
    if (behind == null) {
      Libc.close(fd);
      return;
    }
    behind.lockWithRoomFor(1);
    behind.ring.submissions.close(fd, Lane.NO_OPERATION);
    behind.unlock();
    behind.queued();
  }

  /** Whether a write may return before the kernel has the bytes. */
  boolean writesBehind() {
    return !flushing;
  }

  /**
   * For the end of the process, which the kernel's own send buffer would outlive: waits until the
   * kernel has what was written, but no longer than two seconds. From now on nothing is written
   * behind, so that others who go on writing meanwhile do not make it longer.
   */
  public void flush() {
    flushing = true;
    long end = System.nanoTime() + FLUSH_NANOS;
    tendAll(); // Datagrams are sent when they are handed over.
    while (hasUnsent() && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(FLUSH_PAUSE_NANOS);
      tendAll();
    }
  }

  private void tendAll() {
    for (Lane lane : lanes) {
      tend(lane.index);
    }
  }

  private boolean hasUnsent() {
    for (Lane lane : lanes) {
      lane.lock();
      int blocks = lane.blocks.taken();
      lane.unlock();
      if (blocks > 0) {
        return true;
      }
    }
    return false;
  }

  /** What is under way. */
  public Outstanding outstanding() {
    int operations = 0;
    int buffers = 0;
    int blocks = diskBlocks.taken();
    for (Lane lane : lanes) {
      operations += lane.operations.size();
      buffers += lane.buffers.held();
      blocks += lane.blocks.taken();
    }
    Lingering closed = lingering;
    return new Outstanding(operations, buffers, blocks, closed == null ? 0 : closed.size());
  }

  // For the scheduler

  @Override
  public int exchange(int processor, int most, boolean betweenReady) {
    Lane lane = lanes[processor];
    int unsubmitted = lane.ring.submissions.unsubmitted();
    if (betweenReady && unsubmitted < BATCH) {
      return 0;
    }
    if (unsubmitted > 0 || lane.ring.submissions.needsEnter()) {
      lane.submit();
    }
    int events = lane.complete(most);
    if (bell.takeHeard()) {
      for (Lane each : lanes) {
        if (each.attention.isUnattended()) {
          events += each.complete(most - Math.min(most, events));
        }
      }
    }
    return events;
  }

  @Override
  public void occupied(int processor) {
    lanes[processor].attention.occupy();
  }

  @Override
  public void vacated(int processor) {
    Lane lane = lanes[processor];
    if (lane.hasUnsubmitted()) {
      lane.submit();
    }
    lane.attention.vacate();
  }

  @Override
  public void left(int processor) {
    lanes[processor].attention.leave();
  }

  @Override
  public int tend(int processor) {
    Lane lane = lanes[processor];
    if (lane.hasUnsubmitted()) {
      lane.submitForOthers();
    }
    return lane.complete(Integer.MAX_VALUE);
  }

  @Override
  public boolean hasAttendants() {
    return lanes.length > 1;
  }

  @Override
  public boolean attend(int processor, long nanos) {
    Lane lane = lanes[processor];
    lane.attend(nanos);
    return lane.completions() > 0;
  }

  @Override
  public void rouse(int processor) {
    lanes[processor].rouse();
  }

  /** Lanes that somebody else looks after are left to him. */
  @Override
  public int await(long nanos, int most, int near) {
    awaitedNear = nanos == 0 ? -1 : near;
    if (nanos != 0) {
      lanes[near].await(nanos, hasUnattended);
      bell.awake();
    }
    return Math.min(most, completions());
  }

  private int completions() {
    int n = 0;
    for (Lane lane : lanes) {
      if (concernsWaiter(lane)) {
        n += lane.completions();
      }
    }
    return n;
  }

  private boolean hasUnattendedCompletions() {
    for (Lane lane : lanes) {
      if (lane.attention.isUnattended() && lane.completions() > 0) {
        return true;
      }
    }
    return false;
  }

  private boolean concernsWaiter(Lane lane) {
    Attention others = lane.attention;
    return lane.index == awaitedNear ? !others.isGiven() : others.isUnattended();
  }

  @Override
  public void dispatch(int collected) {
    int left = collected;
    for (int i = 0; i < lanes.length && left > 0; i++) {
      if (concernsWaiter(lanes[i])) {
        left -= lanes[i].complete(left);
      }
    }
  }

  @Override
  public void wake() {
    bell.ring();
  }

  @Override
  public void close() {
    for (Lane lane : lanes) {
      lane.close();
    }
    bell.close();
  }

  // Descriptors

  @Override
  public StreamFd openStream(boolean v6) throws SystemCallException {
    return new StreamFd(new UringStream(this, newPollDesc(), NativeSocket.openStream(v6)));
  }

  @Override
  public ListenFd openListener(boolean v6, boolean v6only) throws SystemCallException {
    NativeSocket socket = NativeSocket.openListener(v6, v6only);
    return new ListenFd(new UringListener(this, newPollDesc(), socket));
  }

  @Override
  public DatagramFd openDatagrams(boolean v6, boolean v6only) throws SystemCallException {
    NativeSocket socket = NativeSocket.openDatagrams(v6, v6only);
    return new DatagramFd(new UringDatagrams(this, newPollDesc(), socket, packets));
  }

  /** Where files are the JDK's affair, because goroutines are too, they remain it. */
  @Override
  public FileBackend files(FileBackend blocking) {
    return blocking instanceof NativeFiles files
        ? files.improved(handoff -> new UringFileCalls(this, diskBlocks, handoff))
        : blocking;
  }
}
