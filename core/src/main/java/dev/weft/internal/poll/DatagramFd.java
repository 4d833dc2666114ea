package dev.weft.internal.poll;

import dev.weft.internal.poll.error.NetExceptions;
import dev.weft.internal.poll.error.NetOperation;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A descriptor for datagrams, bound to an address or connected to one peer. */
public final class DatagramFd extends Fd {

  /**
   * The number of datagrams received without a wait after which a receiver yields. Otherwise it
   * would use up its time slice and lose its processor, and another machine would wake up for every
   * datagram and find it taken.
   */
  private static final int MAX_IN_A_ROW = 64;

  private final DatagramTransport datagrams;

  /** Since a receiver last waited; not exact when several receive. */
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
   * Sets the only peer: datagrams from other addresses are not received any more.
   *
   * @param where for the message of a failure
   */
  public void connect(String where, SocketAddress remote) throws IOException {
    int result = datagrams.connect(remote);
    if (result < 0) {
      throw NetExceptions.of(NetOperation.DIAL, where, -result);
    }
  }

  /** Waits for the next datagram, which the caller has to release or send. */
  public PacketBuffer receive(@Nullable CancelSignal cancelSignal) throws IOException {
    if (inARow >= MAX_IN_A_ROW) {
      inARow = 0;
      Thread.yield();
    }
    lockRead(NetOperation.READ, cancelSignal);
    try {
      while (true) {
        check(NetOperation.READ, poll.read, 0, cancelSignal);
        PacketBuffer packet = datagrams.tryReceive();
        if (packet != null) {
          inARow++;
          return packet;
        }
        inARow = 0;
        await(NetOperation.READ, poll.read, 0, cancelSignal);
      }
    } catch (SystemCallException e) {
      throw NetExceptions.ofDatagram(NetOperation.READ, whereInUse(), e.errno());
    } finally {
      unlockRead();
    }
  }

  /**
   * Sends one datagram, waiting for room if need be.
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
   * Forwards a received packet and takes it over; if that fails, the caller keeps it.
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

  /** Waits when the try was too early; false when it succeeded. */
  private boolean mayRetry(
      int result, @Nullable SocketAddress to, @Nullable CancelSignal cancelSignal)
      throws IOException {
    if (result >= 0) {
      return false;
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
    return NetExceptions.ofDatagram(
        NetOperation.WRITE, named ? where + "->" + NetExceptions.format(to) : where, errno);
  }
}
