package dev.weft.internal.poll.uring;

import dev.weft.internal.poll.PacketBuffer;
import dev.weft.internal.poll.PacketPool;
import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.PooledPacket;
import dev.weft.internal.poll.socket.NativeDatagrams;
import dev.weft.internal.poll.socket.NativeSocket;
import dev.weft.internal.poll.uring.Packets.Packet;
import dev.weft.internal.sched.CurrentProcessor;
import dev.weft.internal.sys.CompletionQueue;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.Libc;
import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.SubmissionQueue;
import dev.weft.internal.sys.SystemCallException;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A UDP socket on io_uring.
 *
 * <p>Receiving is as with a connection: the socket is tried first, and when it is empty a multishot
 * receive brings datagrams by itself until it ends for some reason. A datagram stays where the
 * kernel put it, and is sent on from there.
 *
 * <p>Such a send is queued, and the borrower is rid of the datagram; an error comes to light with
 * the next, if that goes to the same peer. All other sends go straight to the socket.
 *
 * <p><b>Closing.</b> A request names the socket by its number, which must not be another's before
 * the kernel has looked it up. So the number is given back by whoever leaves last:
 *
 * <pre>
 *   users = 1 (the socket is open) + the sends under way
 *   a send is queued     one more; only while the socket is open
 *   a send is over       one less
 *   close                one less
 *   0                    whoever brought it there closes the descriptor
 * </pre>
 *
 * It cannot rise from 0: a socket is closed when no call uses it any more, and sends begin in
 * calls. A receive that may not be submitted yet is in the ring behind which the closing is queued.
 */
final class UringDatagrams extends NativeDatagrams {
  /**
   * The most sends under way for one socket; beyond, they go straight to the socket, and may wait.
   */
  private static final int MAX_UNDER_WAY = 128;

  /**
   * What is kept for a receiver who does not receive, before the kernel is told to stop: buffers
   * are few, and all sockets of a ring have the same.
   */
  private static final int MAX_UNREAD = 64;

  private final UringPoller poller;
  private final PacketPool pool;
  private final PollRequest readable;
  private final PollRequest writable;
  private final PendingQueue<Packet> arrivals = new PendingQueue<>();
  private volatile @Nullable Receiving receiving;
  private final AtomicInteger users = new AtomicInteger(1);
  private final AtomicInteger sendError = new AtomicInteger();
  private final ZeroCopy zeroCopies = new ZeroCopy();

  /** A multishot receive. */
  private final class Receiving extends Multishot {
    private final Packets packets;

    Receiving(ProcessorRing ring, Packets packets) {
      super(ring);
      this.packets = packets;
    }

    @Override
    void writeRequest(SubmissionQueue queue) {
      queue.receiveMessages(socket.fd, Packets.GROUP, packets.buffers(), token);
    }

    @Override
    boolean completed(int result, int flags, boolean last) {
      if ((flags & CompletionQueue.BUFFER) != 0) {
        arrived(packets.arrived(flags), result);
      }
      if (last) {
        if (result == -Errno.ENOBUFS) {
          ring.withoutBuffer.increment();
        }
        if (result < 0 && !UringStream.isInterruption(result)) {
          arrivals.fail(result);
        }
        receiving = null;
      }
      poll.signalRead();
      return true;
    }

    private void arrived(Packet packet, int result) {
      int unread = result < 0 ? -1 : arrivals.add(packet);
      if (unread < 0) {
        packet.release();
      } else if (unread >= MAX_UNREAD && stop()) {
        ring.stopped.increment();
      }
    }
  }

  /** A datagram that is sent on from where it was received. */
  private final class Sending extends Operation {
    private final Packet packet;
    private final MemorySegment message;
    private boolean zeroCopy;
    private boolean refused;

    Sending(ProcessorRing ring, Packet packet, MemorySegment message) {
      super(ring);
      this.packet = packet;
      this.message = message;
    }

    @Override
    void write(SubmissionQueue queue) {
      zeroCopy = !refused && poller.receivesMultishot && zeroCopies.isWorthAsking(packet.size());
      queue.sendMessage(socket.fd, message, zeroCopy, token);
    }

    @Override
    boolean complete(int result, int flags, boolean last) {
      if ((flags & CompletionQueue.NOTIFICATION) != 0) {
        zeroCopies.told(packet.sentFromPlace(result));
      } else if (zeroCopy && isRefusal(result)) {
        refused = true;
      } else if (result < 0 && result != -Errno.ECANCELED && isConnected()) {
        sendError.set(result); // Otherwise the next one is somebody else's.
      }
      if (last && refused && zeroCopy) {
        zeroCopies.told(true);
        enqueue();
        ring.queued();
      } else if (last) {
        packet.release();
        leave();
      }
      return false;
    }

    /**
     * Whether the kernel would not send it without a copy, as when the pages that it would have to
     * pin are more than RLIMIT_MEMLOCK allows.
     */
    private static boolean isRefusal(int result) {
      return result == -Errno.ENOMEM
          || result == -Errno.ENOBUFS
          || result == -Errno.EINVAL
          || result == -Errno.EOPNOTSUPP;
    }
  }

  UringDatagrams(UringPoller poller, PollDesc poll, NativeSocket socket, PacketPool pool) {
    super(poll, socket);
    this.poller = poller;
    this.pool = pool;
    readable = new PollRequest(poller, socket.fd, PollRequest.POLLIN, poll::signalRead);
    writable = new PollRequest(poller, socket.fd, PollRequest.POLLOUT, poll::signalWrite);
  }

  @Override
  protected int awaitWritable() {
    writable.begin();
    return WOULD_BLOCK;
  }

  @Override
  protected @Nullable PacketBuffer tryReceive() throws SystemCallException {
    poll.consumeRead();
    Packet arrived = arrivals.take();
    if (arrived != null) {
      return arrived;
    }
    Receiving current = receiving;
    if (current != null) {
      current.awaited();
      return null;
    }
    arrived = arrivals.take(); // what came before receiving ended
    if (arrived != null) {
      return arrived;
    }
    int error = arrivals.takeError();
    if (error != 0) {
      throw new SystemCallException("recvmsg", -error);
    }
    PooledPacket packet = pool.take();
    int n;
    do {
      n = Libc.receiveFrom(socket.fd, packet.room(), packet.rawSender());
    } while (n == -Errno.EINTR);
    if (n >= 0) {
      packet.setSize(n);
      return packet;
    }
    packet.release();
    if (n != WOULD_BLOCK) {
      throw new SystemCallException("recvfrom", -n);
    }
    receive();
    return null;
  }

  private void receive() {
    if (!poller.receivesMultishot) {
      readable.begin();
      return;
    }
    ProcessorRing ring = poller.ring();
    Packets packets;
    try {
      packets = ring.packets();
    } catch (SystemCallException e) { // There is no memory for them; this needs none.
      readable.begin();
      return;
    }
    Receiving operation = new Receiving(ring, packets);
    receiving = operation;
    operation.enqueue();
    ring.queued();
  }

  @Override
  protected int trySend(PacketBuffer packet, @Nullable SocketAddress to) {
    RawAddress raw = to == null ? null : socket.raw(to);
    if (to != null && raw == null) {
      return -Errno.EAFNOSUPPORT;
    }
    boolean toSender = to == null && !isConnected();
    if (packet instanceof Packet received) {
      int error = sendError.getAndSet(0);
      if (error != 0) {
        return error;
      }
      if (CurrentProcessor.id() >= 0 && users.get() <= MAX_UNDER_WAY) {
        send(received, toSender, raw);
        return 0;
      }
      int n =
          trySendRaw(
              received.memory(),
              0,
              (int) received.memory().byteSize(),
              toSender ? received.rawSender() : raw);
      if (n >= 0) {
        received.release();
      }
      return n;
    }
    PooledPacket pooled = (PooledPacket) packet;
    int n = trySendRaw(pooled.room(), 0, pooled.length(), toSender ? pooled.rawSender() : raw);
    if (n >= 0) {
      pooled.release();
    }
    return n;
  }

  private void send(Packet packet, boolean toSender, @Nullable RawAddress to) {
    ProcessorRing ring = poller.ring();
    users.incrementAndGet();
    new Sending(ring, packet, packet.sending(toSender, to)).enqueue();
    ring.queued();
  }

  @Override
  protected void close() {
    arrivals.close();
    for (Packet left; (left = arrivals.take()) != null; ) {
      left.release();
    }
    readable.cancel();
    writable.cancel();
    Receiving current = receiving;
    if (current != null) {
      current.ring.cancel(current);
    }
    leave();
  }

  private void leave() {
    if (users.decrementAndGet() == 0) {
      Receiving current = receiving;
      poller.close(socket.fd, current == null ? null : current.ring);
    }
  }
}
