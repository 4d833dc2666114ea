package dev.weft.net;

import dev.weft.internal.poll.StreamFd;
import dev.weft.internal.poll.pipe.PipeTransport;
import dev.weft.internal.runtime.WeftRuntime;
import java.io.IOException;
import java.util.List;

/**
 * A connection within the process: two {@link Conn} ends that exchange bytes through memory, for
 * tests, and for a client and a server in one process.
 *
 * <p>Each direction buffers some bytes, so a write need not wait for a read. Deadlines, half-close,
 * contexts and closing work as with sockets; there are no options. A write fails with "broken pipe"
 * after the peer has closed its end or its reading side.
 *
 * <p>An end that is closed before it has read all bytes resets the connection, as in TCP, and so
 * does {@link Conn#abort}: the peer reads what was written to it, and then its reads and its writes
 * fail with "connection reset by peer". A peer to which {@link Conn#closeWrite} has told the end of
 * the stream before reads that.
 *
 * @param first one end
 * @param second the other end
 */
public record Pipe(Conn first, Conn second) implements AutoCloseable {
  private static final int DEFAULT_CAPACITY = 64 * 1024;

  /** Opens a pipe that buffers 64 KiB in each direction. */
  public static Pipe open() throws IOException {
    return open(DEFAULT_CAPACITY);
  }

  /**
   * Opens a pipe that buffers {@code capacity} bytes in each direction.
   *
   * @throws IllegalArgumentException when {@code capacity} is less than 1
   * @throws IOException when Weft cannot start its poller
   */
  public static Pipe open(int capacity) throws IOException {
    if (capacity < 1) {
      throw new IllegalArgumentException("the capacity of a pipe is " + capacity);
    }
    List<StreamFd> ends = PipeTransport.open(WeftRuntime.poller(), capacity);
    return new Pipe(new PipeConn(ends.getFirst(), null), new PipeConn(ends.getLast(), null));
  }

  /** Closes both ends. */
  @Override
  public void close() {
    first.close();
    second.close();
  }
}
