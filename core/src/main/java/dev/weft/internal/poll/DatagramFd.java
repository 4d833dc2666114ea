package dev.weft.internal.poll;

import dev.weft.internal.poll.error.NetExceptions;
import dev.weft.internal.poll.error.NetOperation;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A descriptor for datagrams, bound to an address or connected to one peer. */
public final class DatagramFd extends Fd {

  /**
   * The number of datagrams received without a wait after which a receiver yields. Otherwise it
   * would use up its time slice and lose its processor, and another machine would wake up for every
   * datagram and find it taken.
   */
  private static final int MAX_IN_A_ROW = 64;

  /** The network of Unix sockets, where sending fails at once when no socket has the name. */
  private static final String UNIX = Family.UNIX.datagrams();

  /** The pause between tries to send to a Unix socket whose queue is full. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final DatagramTransport datagrams;

  /** Datagrams since a receiver last waited; approximate with several receivers. */
  private int inARow;

  public DatagramFd(DatagramTransport datagrams) {
    super(datagrams);
    this.datagrams = datagrams;
    opened();
  }

  @Override
  String waitReason(boolean reading) {
    return (reading ? NetOperation.READ : NetOperation.WRITE) + " " + this;
  }

  @Override
  String where(@Nullable SocketAddress local) {
    SocketAddress peer = remoteAddress();
    return datagrams.endpoint().network()
        + " "
        + NetExceptions.format(local)
        + (peer == null ? "" : "->" + NetExceptions.format(peer));
  }

  /**
   * Sets the only peer: datagrams from other addresses are no longer received.
   *
   * @param where the address in exception messages
   */
  public void connect(String where, SocketAddress remote) throws IOException {
    int result = datagrams.connect(remote);
    if (result < 0) {
      throw NetExceptions.of(NetOperation.DIAL, where, -result);
    }
  }

  /** Waits for the next datagram, which the caller must release or send. */
  public PacketBuffer receive(@Nullable CancelSignal cancelSignal) throws IOException {
    if (inARow >= MAX_IN_A_ROW) {
      inARow = 0;
      Thread.yield();
    }
    lockRead(NetOperation.READ, cancelSignal);
    try {
      while (true) {
        check(NetOperation.READ, poll.read, 0, cancelSignal);
        datagrams.throwBatchFailure();
        PacketBuffer packet = datagrams.tryReceive();
        if (packet != null) {
          inARow++;
          return packet;
        }
        inARow = 0;
        await(NetOperation.READ, poll.read, 0, cancelSignal);
      }
    } catch (SystemCallException e) {
      throw failed(NetOperation.READ, whereInUse(), e.errno());
    } finally {
      unlockRead();
    }
  }

  /**
   * Sends one datagram, waiting while the send buffer is full.
   *
   * @param to {@code null} for the connected peer
   */
  public void send(
      MemorySegment memory,
      long offset,
      int length,
      @Nullable SocketAddress to,
      @Nullable CancelSignal cancelSignal)
      throws IOException {
    lockWrite(NetOperation.WRITE, cancelSignal);
    try {
      requireUsable(to, false);
      int n;
      do {
        check(NetOperation.WRITE, poll.write, 0, cancelSignal);
        n = datagrams.trySend(memory, offset, length, to);
      } while (mayRetry(n, to, cancelSignal));
    } finally {
      unlockWrite();
    }
  }

  /**
   * Forwards a received packet and takes over its ownership; after a failure the caller still owns
   * it.
   *
   * @param to {@code null} for the connected peer, or for its sender when there is none
   */
  public void send(
      PacketBuffer packet, @Nullable SocketAddress to, @Nullable CancelSignal cancelSignal)
      throws IOException {
    lockWrite(NetOperation.WRITE, cancelSignal);
    try {
      requireUsable(to, true);
      int n;
      do {
        check(NetOperation.WRITE, poll.write, 0, cancelSignal);
        n = datagrams.trySend(packet, to);
      } while (mayRetry(n, to, cancelSignal));
    } finally {
      unlockWrite();
    }
  }

  /**
   * Waits for the next datagram, and returns it with those that have arrived already.
   *
   * @param into filled from index 0; the caller must release or send each packet
   * @return how many, at least one
   */
  public int receive(PacketBuffer[] into, @Nullable CancelSignal cancelSignal) throws IOException {
    if (inARow >= MAX_IN_A_ROW) {
      inARow = 0;
      Thread.yield();
    }
    lockRead(NetOperation.READ, cancelSignal);
    try {
      while (true) {
        check(NetOperation.READ, poll.read, 0, cancelSignal);
        datagrams.throwBatchFailure();
        int n = datagrams.tryReceive(into);
        if (n > 0) {
          inARow += n;
          return n;
        }
        inARow = 0;
        await(NetOperation.READ, poll.read, 0, cancelSignal);
      }
    } catch (SystemCallException e) {
      throw failed(NetOperation.READ, whereInUse(), e.errno());
    } finally {
      unlockRead();
    }
  }

  /**
   * Sends received packets to their senders, or to the peer, and takes over the ownership of those
   * that were sent.
   *
   * @return the number of packets sent, at least 1; after an exception the caller still owns all
   */
  public int send(PacketBuffer[] packets, int from, int end, @Nullable CancelSignal cancelSignal)
      throws IOException {
    lockWrite(NetOperation.WRITE, cancelSignal);
    try {
      int n;
      do {
        check(NetOperation.WRITE, poll.write, 0, cancelSignal);
        n = datagrams.trySend(packets, from, end);
      } while (mayRetry(n, null, cancelSignal));
      return n;
    } finally {
      unlockWrite();
    }
  }

  /**
   * Sends the remaining bytes of each buffer as one datagram, and moves the positions.
   *
   * @param to {@code null} for the connected peer
   */
  public void send(
      ByteBuffer[] buffers, @Nullable SocketAddress to, @Nullable CancelSignal cancelSignal)
      throws IOException {
    lockWrite(NetOperation.WRITE, cancelSignal);
    try {
      requireUsable(to, false);
      for (int sent = 0; sent < buffers.length; ) {
        int n;
        do {
          check(NetOperation.WRITE, poll.write, 0, cancelSignal);
          n = datagrams.trySend(buffers, sent, to);
        } while (mayRetry(n, to, cancelSignal));
        for (int i = 0; i < n; i++) {
          ByteBuffer buffer = buffers[sent++];
          buffer.position(buffer.limit());
        }
      }
    } finally {
      unlockWrite();
    }
  }

  /**
   * Has the kernel put datagrams of one sender and one length behind each other, where it can.
   *
   * @return whether it does
   */
  public boolean coalesce() throws IOException {
    return access(NetOperation.SET, "UDP_GRO", datagrams::coalesce);
  }

  /** Joins or leaves a multicast group. */
  public void setMembership(boolean join, InetAddress group, NetworkInterface on)
      throws IOException {
    NetOperation operation = join ? NetOperation.JOIN : NetOperation.LEAVE;
    reference(operation);
    try {
      datagrams.setMembership(join, group, on);
    } catch (SystemCallException e) {
      throw NetExceptions.of(
          operation,
          whereInUse() + ": " + group.getHostAddress() + " on " + on.getName(),
          e.errno());
    } finally {
      dereference();
    }
  }

  private IOException failed(NetOperation operation, String where, int errno) {
    return datagrams.endpoint().network().equals(UNIX)
        ? NetExceptions.of(operation, where, errno)
        : NetExceptions.ofDatagram(operation, where, errno);
  }

  /** Checks that a destination is given if and only if the socket is not connected. */
  private void requireUsable(@Nullable SocketAddress to, boolean toSender) throws IOException {
    boolean connected = remoteAddress() != null;
    if (connected && to != null) {
      throw failed(Errno.EISCONN, to);
    }
    if (!connected && to == null && !toSender) {
      throw failed(Errno.EDESTADDRREQ, null);
    }
  }

  /** Waits after a result that allows another try; returns false when the try succeeded. */
  private boolean mayRetry(
      int result, @Nullable SocketAddress to, @Nullable CancelSignal cancelSignal)
      throws IOException {
    if (result >= 0) {
      return false;
    }
    if (result == DatagramTransport.TRY_LATER) {
      PollDesc.Wait outcome = poll.pause(poll.write, PAUSE_NANOS, cancelSignal);
      proceed(NetOperation.WRITE, outcome, 0, cancelSignal);
      return true;
    }
    if (result != Transport.WOULD_BLOCK) {
      throw failed(-result, to);
    }
    await(NetOperation.WRITE, poll.write, 0, cancelSignal);
    return true;
  }

  private IOException failed(int errno, @Nullable SocketAddress to) {
    String where = whereInUse();
    boolean named = to != null && remoteAddress() == null;
    return failed(
        NetOperation.WRITE, named ? where + "->" + NetExceptions.format(to) : where, errno);
  }
}
