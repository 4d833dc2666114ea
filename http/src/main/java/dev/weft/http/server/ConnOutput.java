package dev.weft.http.server;

import dev.weft.http.internal.wire.PieceSink;
import dev.weft.io.Copy;
import dev.weft.io.CopyException;
import dev.weft.io.FileHandle;
import dev.weft.net.Conn;
import dev.weft.net.TcpOptions;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The writing side of a connection: sets the deadline of each piece, and limits what the kernel
 * holds for a client that does not read.
 */
final class ConnOutput extends PieceSink {
  /**
   * The most unsent bytes that the kernel may hold for a client. Without a limit they are as many
   * as the send buffer grows to, 4 MiB, so a few hundred clients that do not read exhaust the
   * memory of all TCP sockets (tcp_mem) and slow the others down.
   */
  private static final int MAX_UNSENT = 128 << 10;

  private final Conn conn;
  private final ConnDeadlines deadlines;

  /** Also read by goroutines other than the writing one. */
  private volatile boolean broken;

  private volatile boolean refused;

  /** How many bytes were written; not counted any more once the unsent ones are limited. */
  private long written;

  private boolean unsentLimited;

  /** How many bytes of the current file were sent when the write deadline was last set. */
  private long fileBytes;

  ConnOutput(Conn conn, ConnDeadlines deadlines) {
    this.conn = conn;
    this.deadlines = deadlines;
  }

  /** Reports whether writing has failed. */
  boolean isBroken() {
    return broken;
  }

  /**
   * Reports whether the connection has not taken what was to be sent. Otherwise writing has failed
   * because a file could not be read, and the client may have everything before that.
   */
  boolean isRefused() {
    return refused;
  }

  /**
   * Limits the unsent bytes of a connection that sends much. Those that say little do not pay for
   * the system call.
   */
  private void count(long length) throws IOException {
    if (unsentLimited) {
      return;
    }
    written += length;
    if (written > PIECE) {
      unsentLimited = true;
      if (conn.supportedOptions().contains(TcpOptions.NOT_SENT_LOW_WATER_MARK)) {
        conn.setOption(TcpOptions.NOT_SENT_LOW_WATER_MARK, MAX_UNSENT);
      }
    }
  }

  @Override
  protected void writePiece(byte[] bytes, int offset, int length) throws IOException {
    try {
      count(length);
      deadlines.armWrite();
      conn.write(bytes, offset, length);
    } catch (IOException | RuntimeException | Error e) {
      broken = refused = true;
      throw e;
    }
  }

  @Override
  protected void writePiece(ByteBuffer first, ByteBuffer second) throws IOException {
    try {
      count(first.remaining() + second.remaining());
      deadlines.armWrite();
      conn.write(first, second);
    } catch (IOException | RuntimeException | Error e) {
      broken = refused = true;
      throw e;
    }
  }

  /** Sends {@code count} bytes of a file, from {@code from} on. */
  void sendFile(FileHandle file, long from, long count) throws IOException {
    try {
      count(count);
      deadlines.armWrite();
      fileBytes = 0;
      Copy.copyN(conn, file, from, count, this::fileSent);
    } catch (IOException | RuntimeException | Error e) {
      refused = !(e instanceof CopyException copy && copy.isFromSource());
      broken = true;
      throw e;
    }
  }

  /** Moves the deadline once for each piece. */
  private void fileSent(long bytes) {
    if (bytes - fileBytes >= PIECE) {
      fileBytes = bytes;
      try {
        deadlines.armWrite();
      } catch (IOException e) {
        // closed, so the next part fails
      }
    }
  }
}
