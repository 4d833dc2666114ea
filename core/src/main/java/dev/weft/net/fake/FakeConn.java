package dev.weft.net.fake;

import dev.weft.context.Context;
import dev.weft.internal.net.wait.ContextCancelSignal;
import dev.weft.internal.net.wait.Deadlines;
import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.poll.StreamFd;
import dev.weft.net.Conn;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One end of a connection of a {@link FakeNet}. */
final class FakeConn implements Conn {
  private final StreamFd fd;
  private final @Nullable CancelSignal cancelSignal;

  FakeConn(StreamFd fd, @Nullable CancelSignal cancelSignal) {
    this.fd = fd;
    this.cancelSignal = cancelSignal;
  }

  @Override
  public Conn withContext(Context context) {
    return new FakeConn(fd, new ContextCancelSignal(context));
  }

  // Reading

  @Override
  public int read(ByteBuffer buffer) throws IOException {
    if (buffer.isReadOnly()) {
      throw new ReadOnlyBufferException();
    }
    int n = fd.read(MemorySegment.ofBuffer(buffer), 0, buffer.remaining(), cancelSignal);
    if (n > 0) {
      buffer.position(buffer.position() + n);
    }
    return n;
  }

  @Override
  public void awaitReadable() throws IOException {
    fd.awaitReadable(cancelSignal);
  }

  @Override
  public boolean isReadable() throws IOException {
    return fd.isReadable();
  }

  @Override
  public boolean isInUse() {
    return fd.isInUse();
  }

  // Writing

  @Override
  public void write(ByteBuffer buffer) throws IOException {
    fd.write(buffer, cancelSignal);
  }

  @Override
  public long write(ByteBuffer... buffers) throws IOException {
    return fd.write(buffers, cancelSignal);
  }

  // Deadlines

  @Override
  public void setReadDeadline(@Nullable Duration fromNow) throws IOException {
    fd.setReadDeadline(Deadlines.at(fromNow));
  }

  @Override
  public void setWriteDeadline(@Nullable Duration fromNow) throws IOException {
    fd.setWriteDeadline(Deadlines.at(fromNow));
  }

  // Closing

  @Override
  public void closeRead() throws IOException {
    fd.closeRead();
  }

  @Override
  public void closeWrite() throws IOException {
    fd.closeWrite();
  }

  @Override
  public boolean isOpen() {
    return fd.isOpen();
  }

  @Override
  public void close() {
    fd.close();
  }

  @Override
  public void abort() {
    fd.abort();
  }

  @Override
  public void onClose(Runnable action) {
    fd.onClose(action);
  }

  // Addresses

  @Override
  public @Nullable SocketAddress localAddress() {
    return fd.localAddress();
  }

  @Override
  public SocketAddress remoteAddress() {
    return Objects.requireNonNull(fd.remoteAddress(), "a connection without a peer");
  }

  @Override
  public String toString() {
    return fd + (isOpen() ? "" : " (closed)");
  }
}
