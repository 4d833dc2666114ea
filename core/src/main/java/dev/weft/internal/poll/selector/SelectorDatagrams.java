package dev.weft.internal.poll.selector;

import dev.weft.internal.poll.ClosingPorts;
import dev.weft.internal.poll.DatagramTransport;
import dev.weft.internal.poll.Endpoint;
import dev.weft.internal.poll.Family;
import dev.weft.internal.poll.PacketBuffer;
import dev.weft.internal.poll.PacketPool;
import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.PooledPacket;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.SocketCalls;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.SelectionKey;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A UDP socket on a non-blocking {@link DatagramChannel}. */
final class SelectorDatagrams extends DatagramTransport {
  /** The maximum length of a datagram, over either family. */
  private static final int MAX_DATAGRAM = 0xFFFF;

  private final DatagramChannel channel;
  private final ChannelEndpoint endpoint;
  private final Interest interest;
  private ClosingPorts.@Nullable Hold port;
  private final boolean v6only;
  private final PacketPool packets;
  private final Map<Membership, MembershipKey> memberships = new ConcurrentHashMap<>();

  SelectorDatagrams(
      SelectorPoller poller,
      PollDesc poll,
      DatagramChannel channel,
      boolean v6only,
      PacketPool packets) {
    super(poll);
    this.channel = channel;
    this.v6only = v6only;
    this.packets = packets;
    // The JDK has no Unix datagrams.
    endpoint = new ChannelEndpoint(channel, Family.INET.datagrams());
    interest = new Interest(poller, poll, channel);
  }

  @Override
  protected Endpoint endpoint() {
    return endpoint;
  }

  @Override
  protected int bind(SocketAddress address) throws IOException {
    try {
      channel.bind(address);
      endpoint.localAddressChanged();
      return 0;
    } catch (IOException e) {
      return JdkErrors.negatedErrno(e);
    }
  }

  @Override
  protected int connect(SocketAddress address) throws IOException {
    try {
      channel.connect(address);
      endpoint.setRemoteAddress(address);
      endpoint.localAddressChanged();
      return 0;
    } catch (IOException e) {
      return JdkErrors.negatedErrno(e);
    }
  }

  @Override
  protected @Nullable PacketBuffer tryReceive() throws IOException {
    poll.consumeRead();
    PooledPacket packet = packets.take();
    try {
      SocketAddress sender;
      ByteBuffer room;
      do {
        room = packet.room().asByteBuffer();
        sender = channel.receive(room);
      } while (sender != null && isOutOfReach(sender));
      if (sender == null) {
        packet.release();
        interest.signalWhen(SelectionKey.OP_READ);
        return null;
      }
      packet.setSize(room.position());
      packet.setSender(
          new RawAddress(
              sender, SocketCalls.AF_INET6)); // with room for an address of either family
      return packet;
    } catch (IOException e) {
      packet.release();
      throw new SystemCallException("receive", -JdkErrors.negatedErrno(e));
    }
  }

  /** The JDK has no IPV6_V6ONLY. */
  private boolean isOutOfReach(SocketAddress address) {
    return v6only && ((InetSocketAddress) address).getAddress() instanceof Inet4Address;
  }

  @Override
  protected int trySend(MemorySegment memory, long offset, int length, @Nullable SocketAddress to)
      throws IOException {
    if (to != null && isOutOfReach(to)) {
      return -Errno.ENETUNREACH;
    }
    if (length == 0 && endpoint.remoteAddress() != null) {
      return -Errno.EOPNOTSUPP; // the JDK would return 0 and not send it
    }
    if (length > MAX_DATAGRAM) {
      return -Errno.EMSGSIZE; // before the JDK copies all of it to a direct buffer
    }
    poll.consumeWrite();
    ByteBuffer content = Channels.contentOf(memory.asSlice(offset, length));
    try {
      int n = to == null ? channel.write(content) : channel.send(content, to);
      return n > 0 || length == 0 ? n : interest.signalWhen(SelectionKey.OP_WRITE);
    } catch (UnsupportedAddressTypeException e) {
      return -Errno.EAFNOSUPPORT;
    } catch (IOException e) {
      return JdkErrors.negatedErrno(e);
    }
  }

  @Override
  protected void setMembership(boolean join, InetAddress group, NetworkInterface on)
      throws IOException {
    Membership which = new Membership(group, on);
    try {
      if (join) {
        requireNot(memberships.putIfAbsent(which, channel.join(group, on)), Errno.EADDRINUSE);
      } else {
        MembershipKey key = memberships.remove(which);
        if (key == null) {
          throw new SystemCallException("setsockopt", Errno.EADDRNOTAVAIL);
        }
        key.drop();
      }
    } catch (SystemCallException e) {
      throw e;
    } catch (IOException e) {
      throw new SystemCallException("setsockopt", -JdkErrors.negatedErrno(e));
    }
  }

  /** The JDK returns the first key again for a second join, so check here. */
  private static void requireNot(@Nullable MembershipKey before, int errno)
      throws SystemCallException {
    if (before != null) {
      throw new SystemCallException("setsockopt", errno);
    }
  }

  private record Membership(InetAddress group, NetworkInterface on) {}

  @Override
  protected int trySend(PacketBuffer packet, @Nullable SocketAddress to) throws IOException {
    MemorySegment memory = packet.memory();
    SocketAddress target = to != null || endpoint.remoteAddress() != null ? to : packet.sender();
    int n = trySend(memory, 0, (int) memory.byteSize(), target);
    if (n >= 0) {
      packet.release();
    }
    return n;
  }

  @Override
  protected void beginClose() {
    port = ClosingPorts.hold(endpoint.knownLocalAddress());
  }

  @Override
  protected void close() {
    interest.close(port);
  }
}
