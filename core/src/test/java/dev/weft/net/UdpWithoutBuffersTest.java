package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.internal.poll.DatagramFd;
import dev.weft.internal.poll.DatagramTransport;
import dev.weft.internal.poll.Endpoint;
import dev.weft.internal.poll.PacketBuffer;
import dev.weft.internal.poll.PacketPool;
import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.PooledPacket;
import dev.weft.internal.runtime.WeftRuntime;
import dev.weft.internal.sys.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What sending does when the kernel has no memory for datagrams. Linux says so only then: a full
 * queue of an interface drops datagrams in silence. So the kernel is not real here.
 */
@Timeout(180)
class UdpWithoutBuffersTest {
  private static final InetSocketAddress HERE = new InetSocketAddress("127.0.0.1", 7001);
  private static final InetSocketAddress THERE = new InetSocketAddress("127.0.0.1", 7002);

  private Kernel kernel;
  private UdpConn conn;

  /** A socket to which one datagram has come, with memory for some to send. */
  private static final class Kernel extends DatagramTransport implements Endpoint {
    int buffers;
    int sent;

    Kernel(PollDesc poll) {
      super(poll);
    }

    private int send() {
      if (buffers == 0) {
        return -Errno.ENOBUFS;
      }
      buffers--;
      sent++;
      return 0;
    }

    @Override
    protected int trySend(
        MemorySegment memory, long offset, int length, @Nullable SocketAddress to) {
      return send();
    }

    @Override
    protected int trySend(PacketBuffer packet, @Nullable SocketAddress to) {
      int result = send();
      if (result == 0) {
        packet.release();
      }
      return result;
    }

    @Override
    protected PacketBuffer tryReceive() {
      PooledPacket packet = new PacketPool().take();
      packet.setSize(3);
      return packet;
    }

    @Override
    protected Endpoint endpoint() {
      return this;
    }

    @Override
    public String network() {
      return "udp";
    }

    @Override
    public SocketAddress localAddress() {
      return HERE;
    }

    @Override
    public SocketAddress knownLocalAddress() {
      return HERE;
    }

    @Override
    public @Nullable SocketAddress remoteAddress() {
      return null;
    }

    @Override
    protected void close() {}

    @Override
    protected int bind(SocketAddress address) {
      throw new UnsupportedOperationException();
    }

    @Override
    protected int connect(SocketAddress remote) {
      throw new UnsupportedOperationException();
    }

    @Override
    protected void setMembership(boolean join, InetAddress group, NetworkInterface on) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <T> void setOption(SocketOption<T> option, T value) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <T> T getOption(SocketOption<T> option) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
      return Set.of();
    }
  }

  @BeforeEach
  void open() throws IOException {
    kernel = new Kernel(WeftRuntime.poller().newMemoryPollDesc());
    conn = new UdpConn(new DatagramFd(kernel));
  }

  @AfterEach
  void close() {
    conn.close();
  }

  private static void assertFailsWithoutBuffers(ThrowingCallable call, String where) {
    assertThatThrownBy(call)
        .isExactlyInstanceOf(SocketException.class)
        .hasMessage("write udp 127.0.0.1:7001" + where + ": no buffer space available");
  }

  @Test
  void sendingFailsAndMayBeTriedAgain() throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(10);
    assertFailsWithoutBuffers(() -> conn.send(buffer, THERE), "->127.0.0.1:7002");
    assertThat(buffer.position()).isZero();
    kernel.buffers = 1;
    conn.send(buffer, THERE);
    assertThat(buffer.position()).isEqualTo(10);
    assertThat(kernel.sent).isEqualTo(1);
  }

  @Test
  void ofSeveralBuffersThoseThatWereSentAreTold() {
    ByteBuffer[] buffers = {ByteBuffer.allocate(1), ByteBuffer.allocate(1), ByteBuffer.allocate(1)};
    kernel.buffers = 2;
    assertFailsWithoutBuffers(() -> conn.sendAll(buffers, THERE), "->127.0.0.1:7002");
    assertThat(buffers[1].hasRemaining()).isFalse();
    assertThat(buffers[2].hasRemaining()).isTrue();
    assertThat(kernel.sent).isEqualTo(2);
  }

  @Test
  void aDatagramThatWasNotForwardedStaysOpen() throws IOException {
    try (Datagram datagram = conn.receive()) {
      assertFailsWithoutBuffers(() -> conn.reply(datagram), "");
      assertThat(datagram.payload().byteSize()).isEqualTo(3);
      kernel.buffers = 1;
      conn.reply(datagram);
      assertThatThrownBy(datagram::payload).isInstanceOf(IllegalStateException.class);
    }
    assertThat(kernel.sent).isEqualTo(1);
  }

  @Test
  void ofSeveralDatagramsThoseThatWereNotForwardedStayOpen() throws IOException {
    Datagram[] datagrams = new Datagram[3];
    assertThat(conn.receive(datagrams)).isEqualTo(3);
    kernel.buffers = 2;
    assertFailsWithoutBuffers(() -> conn.reply(datagrams, 3), "");
    assertThatThrownBy(datagrams[1]::payload).isInstanceOf(IllegalStateException.class);
    assertThat(datagrams[2].payload().byteSize()).isEqualTo(3);
    datagrams[2].close();
  }
}
