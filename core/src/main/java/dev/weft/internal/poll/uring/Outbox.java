package dev.weft.internal.poll.uring;

import dev.weft.internal.poll.Transport;
import dev.weft.internal.poll.uring.SendBlocks.Block;
import dev.weft.internal.sync.SpinLock;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.Libc;
import dev.weft.internal.sys.SubmissionQueue;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a connection has been given to write and the kernel has not taken: write-behind.
 *
 * <p>A small write is copied here and returns at once, as if into the kernel's own send buffer. One
 * send is under way at a time, which keeps the order; what is written meanwhile gathers behind it.
 * An error comes to light with the next write.
 *
 * <pre>
 *   idle     nothing is here
 *   sending  one block is under way, others may have gathered
 *   broken   a send failed: what had gathered was dropped, every write fails
 *
 *   idle --write--> sending
 *   sending --sent, others gathered--> sending
 *   sending --sent, none gathered--> idle; a shutdown that was put off is done
 *   sending --failed--> broken
 * </pre>
 *
 * <p>Closing a connection that is sending queues the closing of the descriptor behind the last
 * block. The kernel holds the socket until that block is out, so the peer gets all of it and then
 * the end of the stream; {@link Lingering} bounds how long that may take.
 *
 * <p>The lock guards everything; a lane's lock may be taken inside.
 */
final class Outbox extends SpinLock {
  /** The most that waits here for one connection; then its writers wait. */
  private static final int MOST = 64 * 1024;

  private final UringStream stream;
  private final int fd;
  private final Sending sending;

  // What has gathered, linked by Block.next: most connections never have more than the block under
  // way, and a list of their own for the rest would be one more thing to find in memory.
  private @Nullable Block first;
  private @Nullable Block last;

  private @Nullable Block underWay;
  private int bytes;
  private int error;
  private boolean writerWaits;
  private boolean shutdownWhenIdle;
  private @Nullable Lingering closing;
  private boolean descriptorGone;

  /** The request under way. */
  final class Sending extends Operation {
    /** For {@link Lingering}. */
    long until;

    @Nullable Sending previous;
    @Nullable Sending next;

    private Sending(Lane lane) {
      super(lane);
    }

    @Override
    void write(SubmissionQueue queue) {
      Block block = Objects.requireNonNull(underWay);
      queue.send(fd, block.memory, block.offset + block.sent, block.length - block.sent, token);
      if (closing != null && first == null) {
        closeBehind(queue);
      }
    }

    @Override
    boolean complete(int result, int flags, boolean last) {
      return sent(result);
    }

    /** The time to send what is left is over. */
    void giveUp() {
      lock();
      if (underWay != null) {
        abandon();
      }
      unlock();
    }
  }

  Outbox(UringStream stream, int fd, Lane lane) {
    this.stream = stream;
    this.fd = fd;
    sending = new Sending(lane);
  }

  boolean isIdle() {
    lock();
    boolean idle = underWay == null && error == 0;
    unlock();
    return idle;
  }

  /**
   * Takes as much as there is room for.
   *
   * @param lane the caller's
   * @return how much, a negated error number, or WOULD_BLOCK when there is no room: then the write
   *     signal comes when there is
   */
  int write(Lane lane, MemorySegment memory, long offset, int length) {
    boolean begun = false;
    int done;
    lock();
    try {
      if (error != 0) {
        return error;
      }
      done = gather(lane, memory, offset, length);
      if (done == 0 && length > 0) {
        if (underWay == null) {
          return Libc.send(fd, memory, offset, length); // No memory to copy it to.
        }
        writerWaits = true;
        return Transport.WOULD_BLOCK;
      }
      if (underWay == null) {
        begun = sendNext(lane);
      }
    } finally {
      unlock();
    }
    if (begun) {
      lane.queued();
    }
    return done;
  }

  private int gather(Lane lane, MemorySegment memory, long offset, int length) {
    int done = 0;
    while (done < length && bytes < MOST) {
      Block block = last;
      if (block == null || block.length == block.capacity) {
        lane.lock();
        block = lane.blocks.take(length - done);
        lane.unlock();
        if (block == null) {
          break;
        }
        append(block);
      }
      int n = Math.min(length - done, block.capacity - block.length);
      MemorySegment.copy(memory, offset + done, block.memory, block.offset + block.length, n);
      block.length += n;
      bytes += n;
      done += n;
    }
    return done;
  }

  private void append(Block block) {
    if (last == null) {
      first = block;
    } else {
      last.next = block;
    }
    last = block;
  }

  private @Nullable Block takeFirst() {
    Block block = first;
    if (block != null) {
      first = block.next;
      block.next = null;
      if (first == null) {
        last = null;
      }
    }
    return block;
  }

  /** Queues the next block in {@code lane}; false when there is none. */
  private boolean sendNext(Lane lane) {
    underWay = takeFirst();
    if (underWay == null) {
      return false;
    }
    sending.lane = lane;
    sending.enqueue();
    return true;
  }

  private void closeBehind(SubmissionQueue queue) {
    queue.close(fd, Lane.NO_OPERATION);
    descriptorGone = true;
  }

  /** By the reader of the lane's completions; whether a writer was woken. */
  private boolean sent(int result) {
    boolean queued = false;
    lock();
    Block block = underWay;
    if (block == null) {
      throw new AssertionError("a completion without a request");
    }
    if (result > 0) {
      block.sent += result;
      bytes -= result;
    }
    if (block.sent == block.length) {
      give(block);
      queued = sendNext(sending.lane);
    } else if (isUnfinished(result) && !descriptorGone) {
      sending.enqueue();
      queued = true;
    } else {
      error = result < 0 ? result : -Errno.EPIPE;
      give(block);
      underWay = null;
      drop();
    }
    if (underWay == null) {
      becomeIdle();
    }
    boolean woken = writerWaits;
    writerWaits = false;
    unlock();
    if (queued) {
      sending.lane.queued();
    }
    if (woken) {
      stream.signalWritable();
    }
    return woken;
  }

  /** The kernel stopped for a reason of its own, such as the end of the thread that submitted. */
  private boolean isUnfinished(int result) {
    return error == 0
        && (result > 0
            || result == -Errno.ECANCELED
            || result == -Errno.EINTR
            || result == -Errno.EAGAIN);
  }

  private void becomeIdle() {
    if (shutdownWhenIdle && !descriptorGone) {
      Libc.shutdown(fd, Libc.SHUT_WR);
    }
    shutdownWhenIdle = false;
    if (closing != null) {
      closing.remove(sending);
      if (!descriptorGone) {
        descriptorGone = true;
        Libc.close(fd);
      }
    }
  }

  private void give(Block block) {
    Lane owner = block.lane;
    owner.lock();
    owner.blocks.give(block);
    owner.unlock();
  }

  private void drop() {
    for (Block block; (block = takeFirst()) != null; ) {
      give(block);
    }
    bytes = 0;
  }

  /** The send under way is cancelled, and the rest dropped; {@link #sent} does what remains. */
  private void abandon() {
    error = -Errno.ECANCELED;
    drop();
    sending.lane.cancel(sending);
  }

  /** Ends the sending direction behind what is here; a negated error number, or 0. */
  int shutdown() {
    lock();
    try {
      if (underWay == null) {
        return Libc.shutdown(fd, Libc.SHUT_WR);
      }
      shutdownWhenIdle = true;
      return 0;
    } finally {
      unlock();
    }
  }

  /**
   * Closes the descriptor behind what is here, or at once.
   *
   * @param lingerNanos how long that may take; 0 drops what is here
   * @return false when nothing is here: then closing it is the caller's affair
   */
  boolean close(Lingering lingering, long lingerNanos) {
    Lane lane;
    lock();
    try {
      if (underWay == null) {
        return false;
      }
      lane = sending.lane;
      closing = lingering;
      lingering.add(sending, lingerNanos);
      if (lingerNanos == 0) {
        abandon();
      }
      if (first == null) {
        lane.lockWithRoomFor(1);
        closeBehind(lane.ring.submissions);
        lane.unlock();
      }
    } finally {
      unlock();
    }
    lane.queued();
    return true;
  }
}
