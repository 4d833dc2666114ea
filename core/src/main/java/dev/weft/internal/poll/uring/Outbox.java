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
 *   sending --sent, none gathered--> idle; a shutdown or a close that was put off is done
 *   sending --failed--> broken; a close that was put off is done
 * </pre>
 *
 * <p>A connection that is closed while it is sending keeps its descriptor until all is out, because
 * a send may have to be asked for again. So the peer gets all of it and then the end of the stream;
 * {@link LingerQueue} bounds how long that may take.
 *
 * <p>The lock guards everything; a ring's lock may be taken inside.
 */
final class Outbox extends SpinLock {
  /** The most that waits here for one connection; then its writers wait. */
  private static final int MAX_BYTES = 64 * 1024;

  /** Of {@link #tryWrite}: there is room, but no block to copy to. */
  private static final int NO_BLOCK = Integer.MIN_VALUE;

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
  private boolean ended;
  private boolean shutdownWhenIdle;
  private @Nullable LingerQueue closing;

  /** The request under way. */
  final class Sending extends Operation {
    /** For {@link LingerQueue}. */
    long until;

    @Nullable Sending previous;
    @Nullable Sending next;

    private Sending(ProcessorRing ring) {
      super(ring);
    }

    @Override
    void write(SubmissionQueue queue) {
      Block block = Objects.requireNonNull(underWay);
      queue.send(
          fd,
          block.memory,
          block.offset + block.sent,
          block.length - block.sent,
          stream.sendsWhole(),
          token);
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

  Outbox(UringStream stream, int fd, ProcessorRing ring) {
    this.stream = stream;
    this.fd = fd;
    sending = new Sending(ring);
  }

  boolean isIdle() {
    lock();
    boolean idle = underWay == null && error == 0;
    unlock();
    return idle;
  }

  /** Whether a send is under way in another ring, whose completion may close the descriptor. */
  boolean isSendingOutside(ProcessorRing ring) {
    lock();
    boolean outside = underWay != null && sending.ring != ring;
    unlock();
    return outside;
  }

  /**
   * Takes as much as there is room for.
   *
   * @param ring the caller's
   * @return how much, a negated error number, or WOULD_BLOCK when there is no room: then the write
   *     signal comes when there is
   */
  int write(ProcessorRing ring, MemorySegment memory, long offset, int length) {
    int n = tryWrite(ring, memory, offset, length, false);
    if (n == NO_BLOCK) {
      ring.blocks.grow(length);
      n = tryWrite(ring, memory, offset, length, true);
    }
    return n;
  }

  private int tryWrite(
      ProcessorRing ring, MemorySegment memory, long offset, int length, boolean hasGrown) {
    boolean begun = false;
    lock();
    try {
      if (error != 0) {
        return error;
      }
      if (ended) {
        return -Errno.EPIPE;
      }
      int done = gather(ring, memory, offset, length);
      if (done == 0 && length > 0) {
        if (!hasGrown && bytes < MAX_BYTES) {
          return NO_BLOCK;
        }
        if (underWay == null) {
          return Libc.send(fd, memory, offset, length); // No memory to copy it to.
        }
        writerWaits = true;
        return Transport.WOULD_BLOCK;
      }
      return done;
    } finally {
      // Also when the caller's memory was closed meanwhile: what was copied before is on its way.
      if (underWay == null) {
        begun = sendNext(ring);
      }
      unlock();
      if (begun) {
        ring.queued();
      }
    }
  }

  private int gather(ProcessorRing ring, MemorySegment memory, long offset, int length) {
    int done = 0;
    while (done < length && bytes < MAX_BYTES) {
      Block block = last;
      if (block == null || block.length == block.capacity) {
        ring.lock();
        block = ring.blocks.take(length - done);
        ring.unlock();
        if (block == null) {
          break;
        }
      }
      int n = Math.min(length - done, block.capacity - block.length);
      copy(memory, offset + done, block, n);
      if (block != last) {
        append(block);
      }
      bytes += n;
      done += n;
    }
    return done;
  }

  private void copy(MemorySegment memory, long offset, Block block, int length) {
    try {
      MemorySegment.copy(memory, offset, block.memory, block.offset + block.length, length);
      block.length += length;
    } finally {
      if (block.length == 0) {
        give(block); // The memory was closed, or is another thread's.
      }
    }
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

  /** Queues the next block in {@code ring}; false when there is none. */
  private boolean sendNext(ProcessorRing ring) {
    underWay = takeFirst();
    if (underWay == null) {
      return false;
    }
    sending.ring = ring;
    sending.enqueue();
    return true;
  }

  /** By the reader of the ring's completions; whether a writer was woken. */
  private boolean sent(int result) {
    lock();
    goOnAfter(result);
    boolean queued = underWay != null || becomeIdle();
    boolean woken = writerWaits;
    writerWaits = false;
    int failure = error;
    unlock();
    if (failure != 0) {
      stream.sendFailed(failure);
    }
    if (queued) {
      sending.ring.queued();
    }
    if (woken) {
      stream.signalWritable();
    }
    return woken;
  }

  /** Accounts for a completion, and queues what is to be sent next. */
  private void goOnAfter(int result) {
    Block block = Objects.requireNonNull(underWay, "a completion without a request");
    if (result > 0) {
      block.sent += result;
      bytes -= result;
    }
    if (block.sent == block.length) {
      give(block);
      sendNext(sending.ring);
    } else if (isUnfinished(result)) {
      sending.enqueue();
    } else {
      error = result < 0 ? result : -Errno.EPIPE;
      give(block);
      underWay = null;
      drop();
    }
  }

  /** The kernel stopped for a reason of its own, such as the end of the thread that submitted. */
  private boolean isUnfinished(int result) {
    return error == 0
        && (result > 0
            || result == -Errno.ECANCELED
            || result == -Errno.EINTR
            || result == -Errno.EAGAIN);
  }

  /** Does what was put off until now; whether anything was queued. */
  private boolean becomeIdle() {
    if (closing != null) {
      closing.remove(sending);
      ProcessorRing ring = sending.ring;
      ring.lockWithRoomFor(1);
      ring.uring.submissions.close(fd, ProcessorRing.NO_OPERATION);
      ring.unlock();
      return true;
    }
    if (shutdownWhenIdle) {
      Libc.shutdown(fd, Libc.SHUT_WR);
      shutdownWhenIdle = false;
    }
    return false;
  }

  private void give(Block block) {
    ProcessorRing owner = block.ring;
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
    sending.ring.cancel(sending);
  }

  /** Ends the sending direction behind what is here; a negated error number, or 0. */
  int shutdown() {
    lock();
    try {
      ended = true;
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
   * Closes the descriptor when what is here is out.
   *
   * @param lingerNanos how long that may take; 0 drops what is here
   * @return false when nothing is here: then closing it is the caller's affair
   */
  boolean close(LingerQueue lingerQueue, long lingerNanos) {
    lock();
    try {
      if (underWay == null) {
        return false;
      }
      closing = lingerQueue;
      lingerQueue.add(sending, lingerNanos);
      if (lingerNanos == 0) {
        abandon();
      }
      return true;
    } finally {
      unlock();
    }
  }
}
