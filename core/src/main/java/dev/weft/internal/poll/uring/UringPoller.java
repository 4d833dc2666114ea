package dev.weft.internal.poll.uring;

import dev.weft.internal.poll.DatagramFd;
import dev.weft.internal.poll.Family;
import dev.weft.internal.poll.ListenFd;
import dev.weft.internal.poll.PacketPool;
import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.Poller;
import dev.weft.internal.poll.StreamFd;
import dev.weft.internal.poll.file.BlockingFileOps;
import dev.weft.internal.poll.file.FilePoller;
import dev.weft.internal.poll.socket.NativeSocket;
import dev.weft.internal.poll.socket.PipePool;
import dev.weft.internal.sched.Clock;
import dev.weft.internal.sched.CurrentProcessor;
import dev.weft.internal.sched.netpoll.ProcessorPoller;
import dev.weft.internal.sys.DescriptorCalls;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.NativeAccess;
import dev.weft.internal.sys.SubmissionQueue;
import dev.weft.internal.sys.SystemCallException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The io_uring backend, with a {@link ProcessorRing} for each processor. */
public final class UringPoller extends Poller implements FilePoller, AutoCloseable {
  /** How often opening a socket is retried when there is no descriptor, and the pause between. */
  private static final int MAX_OPEN_RETRIES = 20;

  private static final long OPEN_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  final ProcessorRing[] rings;
  final PipePool pipes = new PipePool(this::timers);
  private final PacketPool packets = new PacketPool();
  final DiskBlocks diskBlocks = new DiskBlocks();
  final boolean receivesMultishot;

  /** {@code null} if there is only one ring. */
  final @Nullable Waker waker;

  private volatile @Nullable LingerQueue lingerQueue;
  private final ExitFlush exitFlush;

  /**
   * @param processors the number of rings
   */
  public UringPoller(int processors) throws SystemCallException {
    this(processors, RingSizes.DEFAULT);
  }

  UringPoller(int processors, RingSizes sizes) throws SystemCallException {
    waker = processors == 1 ? null : new Waker(processors);
    rings = openRings(processors, sizes, waker);
    Outbox.warmUp(rings[0]);
    Inbox.warmUp(rings);
    exitFlush = new ExitFlush(rings, this::pollAllOnBehalf);
    // Multishot receive (6.0) cannot be probed; this operation came in 6.1.
    receivesMultishot = rings[0].uring.supports(SubmissionQueue.OP_SENDMSG_ZC);
  }

  /** Opens the rings; after a failure closes those opened and the waker. */
  private static ProcessorRing[] openRings(int processors, RingSizes sizes, @Nullable Waker waker)
      throws SystemCallException {
    ProcessorRing[] rings = new ProcessorRing[processors];
    int opened = 0;
    try {
      for (; opened < processors; opened++) {
        rings[opened] = new ProcessorRing(opened, sizes, rings, waker);
      }
      return rings;
    } catch (SystemCallException e) {
      for (int i = 0; i < opened; i++) {
        rings[i].close();
      }
      if (waker != null) {
        waker.close();
      }
      throw e;
    }
  }

  /** Returns why io_uring is unavailable here, with advice; {@code null} when it is available. */
  public static @Nullable String unavailableBecause() {
    String why = NativeAccess.unavailableBecause();
    return why != null ? why : Availability.REASON;
  }

  /** Explains a failure to open this poller, with advice. */
  public static String explain(SystemCallException failure) {
    return Availability.explain(failure);
  }

  @Override
  public String name() {
    return "io_uring";
  }

  /**
   * Returns the ring in which the calling thread queues requests: that of its processor, or any.
   */
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

  /** Closes a descriptor, after the requests queued in {@code behind} if that is given. */
  void close(int fd, @Nullable ProcessorRing behind) {
    if (behind == null) {
      DescriptorCalls.close(fd);
      return;
    }
    behind.queueClose(fd);
    behind.queued();
  }

  /**
   * Resets connections that are closed and still sending, when the process has run out of
   * descriptors.
   *
   * @return whether there are any, so that another try after a pause may succeed
   */
  boolean reclaimDescriptors() {
    LingerQueue lingering = lingerQueue;
    return lingering != null && lingering.reclaimDescriptors();
  }

  /** Reports whether a write may return before the kernel has the bytes. */
  boolean writesBehind() {
    return !exitFlush.hasBegun();
  }

  /** Sends the bytes of write-behind, for at most two seconds; called at the end of the process. */
  public void flush() {
    exitFlush.run();
  }

  private void pollAllOnBehalf() {
    for (ProcessorRing ring : rings) {
      ring.poller.submit();
      ring.poller.reap(Integer.MAX_VALUE);
    }
  }

  /** What is in flight. */
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
  public ProcessorPoller poller(int processor) {
    return rings[processor].poller;
  }

  @Override
  public void close() {
    pipes.close();
    for (ProcessorRing ring : rings) {
      ring.close();
    }
    if (waker != null) {
      waker.close();
    }
  }

  // Descriptors

  private interface Opening {
    NativeSocket open() throws SystemCallException;
  }

  /** Opens a socket. If there is no descriptor left, resets closed connections that linger. */
  private NativeSocket open(Opening opening) throws SystemCallException {
    for (int retries = 0; ; retries++) {
      try {
        return opening.open();
      } catch (SystemCallException e) {
        if (!mayOpenAgain(e.errno(), retries)) {
          throw e;
        }
      }
    }
  }

  /**
   * Decides after a failure to open a descriptor. Without descriptors, resets closed connections
   * that linger and pauses.
   *
   * @param retries how often opening was tried again already
   */
  boolean mayOpenAgain(int errno, int retries) {
    boolean outOfDescriptors = errno == Errno.EMFILE || errno == Errno.ENFILE;
    if (!outOfDescriptors || retries == MAX_OPEN_RETRIES || !reclaimDescriptors()) {
      return false;
    }
    Clock.parkNanos(this, OPEN_PAUSE_NANOS);
    return true;
  }

  @Override
  public StreamFd openStream(Family family, boolean multipath) throws SystemCallException {
    return NativeSocket.owned(
        socket -> new StreamFd(new UringStream(this, newPollDesc(), socket)),
        open(() -> NativeSocket.openStream(family, multipath)));
  }

  @Override
  public StreamFd adoptStream(int number) throws SystemCallException {
    NativeSocket socket = NativeSocket.adoptStream(number);
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
    return NativeSocket.owned(
        socket -> new ListenFd(new UringListener(this, newPollDesc(), socket)),
        open(() -> NativeSocket.openListener(family, v6only, multipath)));
  }

  @Override
  public DatagramFd openDatagrams(Family family, boolean v6only) throws SystemCallException {
    return NativeSocket.owned(
        socket -> new DatagramFd(newDatagrams(socket)),
        open(() -> NativeSocket.openDatagrams(family, v6only)));
  }

  UringDatagrams newDatagrams(NativeSocket socket) {
    return new UringDatagrams(this, newPollDesc(), socket, packets);
  }

  @Override
  public BlockingFileOps fileOps(BlockingFileOps blocking) {
    return new UringFileOps(this, diskBlocks, blocking);
  }
}
