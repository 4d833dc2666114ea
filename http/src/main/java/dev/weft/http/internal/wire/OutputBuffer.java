package dev.weft.http.internal.wire;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Buffers output: heads, and short bodies. Responses to pipelined requests gather here and are sent
 * with one write.
 *
 * <p>For use by one thread, its owner. Before the owner does something that may take long, it may
 * {@linkplain #offer offer} the content to another thread, which may send it:
 *
 * <pre>
 *   OWNED --(offer)--> OFFERED --(sendOffered, the other thread)--> SENDING --(sent)--> OWNED
 *     ^-----------------/ (the owner uses the buffer again)
 * </pre>
 *
 * The owner takes OFFERED back by a compare-and-set, and waits in SENDING. All other fields are
 * guarded by the state: the owner uses them in OWNED, the other thread in SENDING.
 */
public final class OutputBuffer {
  private static final byte[] CRLF = {'\r', '\n'};
  private static final int MAX_CHUNK_LINE = 18;

  private static final int OWNED = 0;
  private static final int OFFERED = 1;
  private static final int SENDING = 2;
  private static final VarHandle STATE = state();

  private final int initialSize;

  @SuppressWarnings("UnusedVariable") // by STATE
  private volatile int state = OWNED;

  /** Whether the owner has offered the buffer, and not taken it back. Only for the owner. */
  private boolean offered;

  /**
   * Whether a thread was told to call {@link #sendOffered} and has not begun yet. Set by the owner
   * and cleared by that thread before it looks at the state, so that either it sees the offer, or
   * the owner sees that another thread is needed.
   */
  private volatile boolean senderComing;

  /** The owner, while it waits for the other thread. */
  private volatile @Nullable Thread waiter;

  /** Why the other thread could not send. */
  private @Nullable Throwable failure;

  private @Nullable ByteSink sink;
  private byte[] bytes;
  private int size;

  public OutputBuffer(int size) {
    initialSize = size;
    bytes = new byte[size];
  }

  private static VarHandle state() {
    try {
      return MethodHandles.lookup().findVarHandle(OutputBuffer.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  // ---- Offering

  /**
   * Lets another thread send the content, until the owner uses the buffer again.
   *
   * @return whether the caller has to start a thread that calls {@link #sendOffered}
   */
  public boolean offer() {
    if (size == 0) {
      return false;
    }
    offered = true;
    state = OFFERED;
    if (senderComing) {
      return false;
    }
    senderComing = true;
    return true;
  }

  /** Sends what was offered, if it still is. For any thread but the owner. */
  public void sendOffered() {
    senderComing = false;
    if (!STATE.compareAndSet(this, OFFERED, SENDING)) {
      return;
    }
    try {
      sink().write(bytes, 0, size);
    } catch (Throwable e) {
      failure = e; // thrown by the owner's next send, because bytes are lost
    } finally {
      size = 0;
      state = OWNED;
      LockSupport.unpark(waiter);
    }
  }

  /** Called before the owner uses the buffer. */
  private void takeBack() {
    if (offered) {
      offered = false;
      if (!STATE.compareAndSet(this, OFFERED, OWNED)) {
        awaitSender();
      }
    }
  }

  /** Not ended by an interrupt: the other thread uses the buffer; writing has its own deadline. */
  private void awaitSender() {
    boolean interrupted = false;
    waiter = Thread.currentThread();
    while (state == SENDING) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    waiter = null;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- Using it

  public void attach(ByteSink newSink) {
    sink = newSink;
    size = 0;
  }

  /** Drops the connection, unsent bytes, and memory beyond the usual size. */
  public void detach() {
    takeBack();
    failure = null;
    sink = null;
    size = 0;
    if (bytes.length > initialSize) {
      bytes = new byte[initialSize];
    }
  }

  private void reserve(int more) {
    takeBack();
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
    }
  }

  public OutputBuffer put(byte[] what) {
    reserve(what.length);
    System.arraycopy(what, 0, bytes, size, what.length);
    size += what.length;
    return this;
  }

  /** Adds text of characters up to U+00FF. */
  public OutputBuffer put(String text) {
    reserve(text.length());
    size = Ascii.put(text, bytes, size);
    return this;
  }

  public OutputBuffer putDecimal(long number) {
    reserve(Long.SIZE);
    size = Ascii.putDecimal(number, bytes, size);
    return this;
  }

  /** Adds a field line. */
  public OutputBuffer putField(String name, String value) {
    reserve(name.length() + value.length() + 4);
    int at = Ascii.put(name, bytes, size);
    bytes[at++] = ':';
    bytes[at++] = ' ';
    at = Ascii.put(value, bytes, at);
    bytes[at++] = '\r';
    bytes[at++] = '\n';
    size = at;
    return this;
  }

  public OutputBuffer endLine() {
    return put(CRLF);
  }

  /** Adds bytes of a body if they fit; otherwise sends the content and them together. */
  public void write(byte[] body, int offset, int length) throws IOException {
    beginSending();
    if (length <= bytes.length - size) {
      System.arraycopy(body, offset, bytes, size, length);
      size += length;
    } else {
      int before = size;
      size = 0;
      sink().write(bytes, 0, before, body, offset, length);
    }
  }

  /** Adds a chunk (RFC 9112, 7.1), of at least one byte. */
  public void writeChunk(byte[] body, int offset, int length) throws IOException {
    beginSending();
    if (bytes.length - size < MAX_CHUNK_LINE) {
      flush();
    }
    size = Ascii.putHex(length, bytes, size);
    endLine();
    if (length <= bytes.length - size - CRLF.length) {
      System.arraycopy(body, offset, bytes, size, length);
      size += length;
    } else {
      int before = size;
      size = 0;
      sink().write(bytes, 0, before, body, offset, length);
    }
    endLine();
  }

  /** Sends everything. When it fails, what was not sent is lost: the connection is broken. */
  public void flush() throws IOException {
    beginSending();
    if (size > 0) {
      int before = size;
      size = 0;
      sink().write(bytes, 0, before);
    }
  }

  /** Nothing may follow what the other thread has failed to send. */
  private void beginSending() throws IOException {
    takeBack();
    switch (failure) {
      case null -> {}
      case IOException e -> throw e;
      case Throwable e -> throw new IOException("sending failed: " + e, e);
    }
  }

  private ByteSink sink() {
    return Objects.requireNonNull(sink, "the exchange is over");
  }
}
