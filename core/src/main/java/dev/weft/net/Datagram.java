package dev.weft.net;

import dev.weft.internal.net.datagram.PayloadView;
import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.poll.DatagramFd;
import dev.weft.internal.poll.PacketBuffer;
import dev.weft.internal.track.Loans;
import dev.weft.internal.track.Tracked;
import dev.weft.internal.track.Tracking;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A received datagram, lent to the receiver: its payload stays in the off-heap buffer of Weft that
 * the system received it into.
 *
 * <p><b>Ownership.</b> The receiver owns the datagram until one of these events:
 *
 * <ul>
 *   <li>{@link #close} returns it;
 *   <li>{@link UdpConn#reply} or {@link UdpConn#send(Datagram, InetSocketAddress)} returns: the
 *       system sends the payload from the same buffer and may still read it after the call. When
 *       they throw, the caller still owns the datagram.
 * </ul>
 *
 * From then on every method but {@code close} throws {@link IllegalStateException}. Views of the
 * payload obtained before must not be used either: the memory is reused. With assertions enabled
 * ({@code -ea}) and native access granted, such a use throws {@code IllegalStateException} too; the
 * check costs microseconds per datagram.
 *
 * <p>Buffers are few: close every datagram soon, preferably with {@code try (var datagram =
 * conn.receive())}. The garbage collector does not always reclaim the buffer of a datagram that was
 * not closed: over io_uring it is lost for the life of the process, and after a few hundred such
 * leaks every datagram costs a system call.
 *
 * <p>Not safe for concurrent use; may be handed over to another thread.
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

  /** Null unless a test looks for datagrams that are not given back. */
  private final @Nullable Tracked<Object> loan;

  @SuppressWarnings("UnusedVariable") // used through STATE
  private volatile int state;

  private @Nullable PayloadView view;

  Datagram(PacketBuffer packet) {
    this.packet = packet;
    loan = Tracking.recordsSites() ? Loans.LIVE.begin(this) : null;
  }

  /**
   * Returns the payload, not a copy: off-heap memory that may be read and changed until the
   * datagram is returned. Empty for an empty datagram.
   */
  public MemorySegment payload() {
    requireOpen();
    PayloadView made = view;
    if (made == null) {
      view = made = PayloadView.of(packet.memory());
    }
    return made.segment();
  }

  /** Returns the payload as a direct buffer; as {@link #payload}. */
  public ByteBuffer payloadBuffer() {
    return payload().asByteBuffer();
  }

  /** Returns the number of bytes received. */
  public int length() {
    requireOpen();
    return (int) packet.memory().byteSize();
  }

  /** Returns the length of the datagram as it was sent. */
  public int size() {
    requireOpen();
    return packet.size();
  }

  /** Reports whether the end of the datagram was cut off and is lost. */
  public boolean isTruncated() {
    requireOpen();
    return packet.size() > packet.memory().byteSize();
  }

  /** Returns the address of the sender, a new object at each call. */
  public InetSocketAddress sender() {
    requireOpen();
    return (InetSocketAddress)
        Objects.requireNonNull(packet.sender(), "a datagram without a sender");
  }

  /** Returns the buffer. Has no effect on a datagram that was closed or sent. */
  @Override
  public void close() {
    int before = (int) STATE.compareAndExchange(this, OPEN, CLOSED);
    if (before == OPEN) {
      ended();
      packet.release();
    } else if (before == SENDING) {
      throw new IllegalStateException("the datagram is being sent by another thread");
    }
  }

  /** Sends the datagram and closes it. A failure leaves it open. */
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
    ended();
  }

  /** Sends the first {@code count} datagrams to their senders; as {@link #sendThrough}. */
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
          datagrams[i].ended();
        }
        sent += n;
      }
    } finally {
      for (int i = sent; i < begun; i++) {
        STATE.setRelease(datagrams[i], OPEN);
      }
    }
  }

  private void ended() {
    if (view != null) {
      view.end();
    }
    if (loan != null) {
      loan.end();
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
