package dev.weft.internal.net.adapter;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The input stream of a {@link ConnSocket}: reads with the socket's timeout, and an {@link
 * #available} that never waits.
 *
 * <p>A connection does not report how many bytes are available, so {@code available} reads ahead,
 * only when a read would not wait, into a buffer that exists until it is consumed. The lock keeps
 * the bytes in order; {@code available} does not wait for it, because the thread that holds it will
 * consume the bytes.
 */
final class SocketInput extends InputStream {
  private static final int AHEAD = 8192;
  private static final byte[] NOTHING = {};

  private final ConnSocket socket;
  private final Duplex conn;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private byte[] ahead = NOTHING;
  private int position;
  private int limit;
  private boolean ended;
  private int timeoutInUse;
  private @Nullable Duration timeout;

  SocketInput(ConnSocket socket, Duplex conn) {
    this.socket = socket;
    this.conn = conn;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    if (length == 0) {
      return 0;
    }
    int milliseconds = socket.getSoTimeout();
    lock(milliseconds);
    try {
      if (socket.isInputShutdown() || ended) {
        return -1;
      }
      if (position < limit) {
        return takeAhead(buffer, offset, length);
      }
      int n = read(buffer, offset, length, milliseconds);
      ended = n < 0;
      return n;
    } catch (IOException e) {
      throw socket.translated(e);
    } finally {
      lock.unlock();
    }
  }

  /**
   * A read whose deadline has passed fails although bytes are available. The JDK's sockets look for
   * bytes first, and libraries use a timeout of 1 ms to test whether a connection was closed; so
   * after a time-out this reads the bytes that are available.
   */
  private int read(byte[] buffer, int offset, int length, int milliseconds) throws IOException {
    setTimeout(milliseconds);
    try {
      return conn.read(buffer, offset, length);
    } catch (SocketTimeoutException e) {
      if (milliseconds == 0 || !conn.isReadable()) {
        throw e;
      }
      setTimeout(0);
      return conn.read(buffer, offset, length);
    }
  }

  private void lock(int milliseconds) throws IOException {
    if (lock.tryLock()) {
      return;
    }
    try {
      if (milliseconds == 0) {
        lock.lockInterruptibly();
      } else if (!lock.tryLock(milliseconds, TimeUnit.MILLISECONDS)) {
        throw new SocketTimeoutException("read " + conn + ": i/o timeout behind another reader");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      socket.close();
      throw new SocketException("Closed by interrupt", e);
    }
  }

  private int takeAhead(byte[] buffer, int offset, int length) {
    int n = Math.min(length, limit - position);
    System.arraycopy(ahead, position, buffer, offset, n);
    position += n;
    if (position == limit) {
      ahead = NOTHING;
      position = 0;
      limit = 0;
    }
    return n;
  }

  /** Starts the timeout of a read; without a timeout the connection's own deadline applies. */
  private void setTimeout(int milliseconds) throws IOException {
    if (milliseconds != timeoutInUse) {
      timeoutInUse = milliseconds;
      timeout = milliseconds == 0 ? null : Duration.ofMillis(milliseconds);
      conn.setReadDeadline(timeout);
    } else if (milliseconds != 0) {
      conn.setReadDeadline(timeout);
    }
  }

  /** Returns the number of bytes that can be read without waiting, at most a few thousand. */
  @Override
  public int available() throws IOException {
    socket.requireOpen();
    if (socket.isInputShutdown() || !lock.tryLock()) {
      return 0;
    }
    try {
      if (position == limit && !ended && conn.isReadable()) {
        readAhead();
      }
      return limit - position;
    } catch (IOException e) {
      throw socket.translated(e);
    } finally {
      lock.unlock();
    }
  }

  private void readAhead() throws IOException {
    setTimeout(0); // a deadline that has passed would fail the read
    byte[] buffer = new byte[AHEAD];
    int n = conn.read(buffer, 0, AHEAD);
    ended = n < 0;
    if (n > 0) {
      ahead = buffer;
      position = 0;
      limit = n;
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
