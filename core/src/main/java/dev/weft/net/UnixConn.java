package dev.weft.net;

import dev.weft.context.Context;
import dev.weft.internal.net.wait.ContextCancelSignal;
import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.poll.StreamFd;
import dev.weft.internal.sys.RightsCalls;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection over a Unix stream socket.
 *
 * <p>Addresses are {@link UnixDomainSocketAddress}es; an abstract name is written {@code @name}, as
 * in Go (a path that begins with that character is written {@code ./@name}), and the address of a
 * socket without a name is the empty path.
 */
public final class UnixConn extends FdConn implements Passable {
  private static final UnixDomainSocketAddress UNNAMED = UnixDomainSocketAddress.of("");

  UnixConn(StreamFd fd) {
    super(fd, null);
  }

  private UnixConn(StreamFd fd, CancelSignal cancelSignal) {
    super(fd, cancelSignal);
  }

  @Override
  public UnixConn withContext(Context context) {
    return new UnixConn(fd, new ContextCancelSignal(context));
  }

  @Override
  public @Nullable UnixDomainSocketAddress localAddress() {
    return (UnixDomainSocketAddress) super.localAddress();
  }

  @Override
  public UnixDomainSocketAddress remoteAddress() {
    SocketAddress remote = fd.remoteAddress();
    return remote == null ? UNNAMED : (UnixDomainSocketAddress) remote;
  }

  @Override
  public Descriptor duplicate() throws IOException {
    return Descriptor.duplicate(fd);
  }

  @Override
  public <T> UnixConn setOption(SocketOption<T> option, T value) throws IOException {
    super.setOption(option, value);
    return this;
  }

  /**
   * Writes all of {@code bytes}, and passes descriptors with the first byte: the other process
   * receives descriptors of its own for the same sockets and files. The passed objects stay open
   * here, and may be closed at once. A listener closed here continues to listen in the other
   * process; closing a Unix listener removes its file, unless {@link UnixListener#setUnlinkOnClose}
   * prevents that.
   *
   * @param bytes at least one
   * @param passed at most 253
   * @throws UnsupportedOperationException on the selector poller
   */
  public void sendDescriptors(byte[] bytes, Passable... passed) throws IOException {
    if (bytes.length == 0 || passed.length == 0 || passed.length > RightsCalls.MAX_DESCRIPTORS) {
      throw new IllegalArgumentException(
          bytes.length
              + " bytes and "
              + passed.length
              + " descriptors: there must be a byte, and 1 to "
              + RightsCalls.MAX_DESCRIPTORS
              + " descriptors");
    }
    List<Descriptor> duplicates = new ArrayList<>();
    try {
      int[] numbers = new int[passed.length];
      for (int i = 0; i < passed.length; i++) {
        Descriptor duplicate = passed[i].duplicate();
        duplicates.add(duplicate);
        numbers[i] = duplicate.number();
      }
      fd.sendRights(MemorySegment.ofArray(bytes), bytes.length, numbers, cancelSignal);
    } finally {
      duplicates.forEach(Descriptor::close);
    }
  }

  /**
   * Reads the available bytes, at least one, and receives the descriptors that were sent with the
   * first one, with close-on-exec set. Never reads past the next byte that was sent with
   * descriptors.
   *
   * <p>All other reads discard descriptors: the system closes them. On io_uring a read that waits
   * also discards the descriptors of bytes that it receives ahead, unless this method was called
   * before; so use only this method while descriptors may arrive.
   *
   * @return the bytes' count and the descriptors; the caller must close it
   * @throws IOException also when descriptors were lost because this process may not open more; the
   *     buffer then contains the bytes
   * @throws UnsupportedOperationException on the selector poller
   */
  public ReceivedDescriptors receiveDescriptors(ByteBuffer buffer) throws IOException {
    if (buffer.isReadOnly()) {
      throw new ReadOnlyBufferException();
    }
    if (!buffer.hasRemaining()) {
      throw new IllegalArgumentException("a buffer without room");
    }
    RightsCalls.Received rights = new RightsCalls.Received();
    int n =
        fd.receiveRights(MemorySegment.ofBuffer(buffer), buffer.remaining(), rights, cancelSignal);
    List<Descriptor> descriptors = new ArrayList<>();
    for (int i = 0; i < rights.count(); i++) {
      descriptors.add(Descriptor.adopt(rights.number(i)));
    }
    var received = new ReceivedDescriptors(n, descriptors);
    buffer.position(buffer.position() + Math.max(0, n));
    if (rights.isTruncated()) {
      received.close();
      throw new IOException(
          "read " + fd + ": descriptors were lost: the process may not open more (ulimit -n)");
    }
    return received;
  }

  /**
   * Returns the process at the other end, as the kernel recorded it: the process that called {@code
   * connect}, or for the side that connected, the process that called {@code listen}.
   *
   * @throws UnsupportedOperationException on the selector poller
   */
  public PeerCredentials peerCredentials() throws IOException {
    int[] credentials = fd.peerCredentials();
    return new PeerCredentials(credentials[0], credentials[1], credentials[2]);
  }
}
