package dev.weft.net;

import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.poll.DatagramFd;
import dev.weft.internal.poll.PacketBuffer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A received datagram, borrowed: its payload lies where the system has put it, in off-heap memory
 * that belongs to Weft.
 *
 * <p><b>Ownership.</b> The receiver owns it until one of these:
 *
 * <ul>
 *   <li>{@link #close} gives it back;
 *   <li>{@link UdpConn#reply} or {@link UdpConn#send(Datagram, InetSocketAddress)} returns: the
 *       payload went out from where it lies, and the system may read it even later. When they
 *       throw, it stays with the caller.
 * </ul>
 *
 * From then on every method but {@code close} throws {@link IllegalStateException}. Views of the
 * payload that were taken before must not be used any more either: they show whatever the memory is
 * used for next. With assertions enabled ({@code -ea}) and native access granted, such a use throws
 * {@code IllegalStateException} too; that costs microseconds a datagram.
 *
 * <p>Buffers are few: give them back soon, whatever happens, best by {@code try (var datagram =
 * conn.receive())}. One that is dropped instead is not always collected: over io_uring its buffer
 * is lost for good, and when a few hundred were, datagrams come one system call at a time.
 *
 * <p>To be used by one thread at a time; it may be handed on to another.
 */
public final class Datagram implements AutoCloseable {
  private static final int OPEN = 0;
  private static final int SENDING = 1;
  private static final int CLOSED = 2;

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(Datagram.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final PacketBuffer packet;

  @SuppressWarnings("UnusedVariable") // used through STATE
  private volatile int state;

  private @Nullable PayloadView view;

  Datagram(PacketBuffer packet) {
    this.packet = packet;
  }

  /**
   * The payload itself, not a copy: off-heap memory that may be read and changed until the datagram
   * is given back. Empty for an empty datagram.
   */
  public MemorySegment payload() {
    requireOpen();
    PayloadView made = view;
    if (made == null) {
      view = made = PayloadView.of(packet.memory());
    }
    return made.segment();
  }

  /** The payload as a direct buffer; as {@link #payload}. */
  public ByteBuffer payloadBuffer() {
    return payload().asByteBuffer();
  }

  /** How many bytes of payload were received. */
  public int length() {
    requireOpen();
    return (int) packet.memory().byteSize();
  }

  /** How many bytes the datagram had when it was sent. */
  public int size() {
    requireOpen();
    return packet.size();
  }

  /** Whether there was no room for the end of the datagram, which is lost. */
  public boolean isTruncated() {
    requireOpen();
    return packet.size() > packet.memory().byteSize();
  }

  /** The sender. The address is made anew at each call: keep it if it is needed again. */
  public InetSocketAddress sender() {
    requireOpen();
    return (InetSocketAddress)
        Objects.requireNonNull(packet.sender(), "a datagram without a sender");
  }

  /** Gives the buffer back; without effect when it is closed or was sent already. */
  @Override
  public void close() {
    int before = (int) STATE.compareAndExchange(this, OPEN, CLOSED);
    if (before == OPEN) {
      giveUpView();
      packet.release();
    } else if (before == SENDING) {
      throw new IllegalStateException("the datagram is being sent by another thread");
    }
  }

  /** Sends it and closes it; stays open when that fails. */
  void sendThrough(
      DatagramFd fd, @Nullable InetSocketAddress to, @Nullable CancelSignal cancelSignal)
      throws IOException {
    int before = (int) STATE.compareAndExchange(this, OPEN, SENDING);
    if (before != OPEN) {
      throw closed();
    }
    int after = OPEN;
    try {
      fd.send(packet, to, cancelSignal);
      after = CLOSED;
    } finally {
      STATE.setRelease(this, after);
    }
    giveUpView();
  }

  /** Sends the first {@code count} to their senders; as {@link #sendThrough}. */
  static void sendAll(
      DatagramFd fd, Datagram[] datagrams, int count, @Nullable CancelSignal cancelSignal)
      throws IOException {
    PacketBuffer[] packets = new PacketBuffer[count];
    int begun = 0;
    int sent = 0;
    try {
      for (; begun < count; begun++) {
        if ((int) STATE.compareAndExchange(datagrams[begun], OPEN, SENDING) != OPEN) {
          throw closed();
        }
        packets[begun] = datagrams[begun].packet;
      }
      while (sent < count) {
        int n = fd.send(packets, sent, count, cancelSignal);
        for (int i = sent; i < sent + n; i++) {
          STATE.setRelease(datagrams[i], CLOSED);
          datagrams[i].giveUpView();
        }
        sent += n;
      }
    } finally {
      for (int i = sent; i < begun; i++) {
        STATE.setRelease(datagrams[i], OPEN);
      }
    }
  }

  private void giveUpView() {
    if (view != null) {
      view.end();
    }
  }

  private void requireOpen() {
    if ((int) STATE.getOpaque(this) == CLOSED) {
      throw closed();
    }
  }

  private static IllegalStateException closed() {
    return new IllegalStateException(
        "the datagram was given back already: it is closed, or was sent");
  }

  @Override
  public String toString() {
    return (int) STATE.getOpaque(this) == CLOSED
        ? "a datagram that was given back"
        : length() + (isTruncated() ? " of " + size() : "") + " bytes from " + sender();
  }
}
