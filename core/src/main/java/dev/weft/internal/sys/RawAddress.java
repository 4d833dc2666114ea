package dev.weft.internal.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A socket address in the form of the kernel, converted to and from {@code struct sockaddr_in},
 * {@code sockaddr_in6} and {@code sockaddr_un}.
 *
 * <p>An accepted connection's peer is kept in this form: turning it into an {@link
 * InetSocketAddress} takes five allocations, which most connections never need. IPv4 addresses are
 * held as IPv4-mapped IPv6 ones. Not thread-safe while being filled.
 */
public final class RawAddress {
  private static final ValueLayout.OfShort PORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT_BE =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG_BE =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final long MAPPED_V4 = 0xFFFF_0000_0000L;
  private static final int SIZE_V4 = 16;
  private static final int SIZE_V6 = 28;

  /** Where the path of a Unix address begins, and how long it may be. */
  private static final int PATH = 2;

  /** The longest path of a Unix socket, in bytes; the kernel has room for a terminating zero. */
  public static final int MAX_PATH = 107;

  private static final byte[] NO_PATH = {};

  private long high;
  private long low;
  private int scope;
  private int port;
  private int family;

  /** A Unix address: the path's bytes, of which the first is 0 for an abstract name. */
  private byte[] path = NO_PATH;

  /** An address that a call fills in. */
  public RawAddress() {}

  /**
   * Converts {@code address} for a socket of {@code family}: for an IPv6 socket, an IPv4 address is
   * mapped.
   */
  public RawAddress(SocketAddress address, int family) {
    this.family = family;
    if (address instanceof UnixDomainSocketAddress unix) {
      path = UnixPath.toBytes(unix);
      return;
    }
    InetSocketAddress internet = (InetSocketAddress) address;
    port = internet.getPort();
    InetAddress ip = internet.getAddress();
    byte[] bytes = ip.getAddress();
    if (ip instanceof Inet6Address v6) {
      high = longAt(bytes, 0);
      low = longAt(bytes, 8);
      scope = v6.getScopeId();
    } else if (!ip.isAnyLocalAddress() || family == SocketCalls.AF_INET) {
      // (an IPv4 wildcard for an IPv6 socket stays ::, which takes both families)
      low = MAPPED_V4 | (intAt(bytes, 0) & 0xFFFF_FFFFL);
    }
  }

  private static long longAt(byte[] b, int at) {
    return ((long) intAt(b, at) << 32) | (intAt(b, at + 4) & 0xFFFF_FFFFL);
  }

  private static int intAt(byte[] b, int at) {
    return (b[at] & 255) << 24
        | (b[at + 1] & 255) << 16
        | (b[at + 2] & 255) << 8
        | (b[at + 3] & 255);
  }

  /** Writes the struct and returns its size. */
  int writeTo(MemorySegment memory) {
    memory.set(ValueLayout.JAVA_SHORT, 0, (short) family);
    if (family == SocketCalls.AF_UNIX) {
      MemorySegment.copy(path, 0, memory, ValueLayout.JAVA_BYTE, PATH, path.length);
      // A path ends with a zero; an abstract name is as long as the length says.
      boolean isPath = path.length > 0 && path[0] != 0;
      if (isPath) {
        memory.set(ValueLayout.JAVA_BYTE, PATH + path.length, (byte) 0);
      }
      return PATH + path.length + (isPath ? 1 : 0);
    }
    memory.set(PORT, 2, (short) port);
    if (family == SocketCalls.AF_INET) {
      memory.set(INT_BE, 4, (int) low);
      memory.set(LONG_BE, 8, 0);
      return SIZE_V4;
    }
    memory.set(INT_BE, 4, 0);
    memory.set(LONG_BE, 8, high);
    memory.set(LONG_BE, 16, low);
    memory.set(ValueLayout.JAVA_INT, 24, scope);
    return SIZE_V6;
  }

  /**
   * Reads the struct.
   *
   * @param length as reported by the kernel; 0 where the peer has no address
   */
  void readFrom(MemorySegment memory, int length) {
    if (length < PATH) {
      family = 0;
      return;
    }
    family = memory.get(ValueLayout.JAVA_SHORT, 0);
    if (family == SocketCalls.AF_UNIX) {
      path = UnixPath.withoutTerminator(memory.asSlice(PATH, length - PATH));
      return;
    }
    port = memory.get(PORT, 2) & 0xFFFF;
    if (family == SocketCalls.AF_INET) {
      high = 0;
      low = MAPPED_V4 | (memory.get(INT_BE, 4) & 0xFFFF_FFFFL);
      scope = 0;
    } else {
      high = memory.get(LONG_BE, 8);
      low = memory.get(LONG_BE, 16);
      scope = memory.get(ValueLayout.JAVA_INT, 24);
    }
  }

  public int port() {
    return port;
  }

  /** Converts to the JDK's form; {@code null} when no call filled in an address. */
  public @Nullable SocketAddress toSocketAddress() {
    if (family == 0) {
      return null;
    }
    if (family == SocketCalls.AF_UNIX) {
      return UnixPath.toAddress(path);
    }
    try {
      if (high == 0 && (low >>> 32) == 0xFFFF) {
        byte[] v4 = new byte[4];
        for (int i = 0; i < 4; i++) {
          v4[i] = (byte) (low >>> (24 - 8 * i));
        }
        return new InetSocketAddress((Inet4Address) InetAddress.getByAddress(v4), port);
      }
      byte[] v6 = new byte[16];
      for (int i = 0; i < 8; i++) {
        v6[i] = (byte) (high >>> (56 - 8 * i));
        v6[8 + i] = (byte) (low >>> (56 - 8 * i));
      }
      InetAddress ip =
          scope == 0 ? InetAddress.getByAddress(v6) : Inet6Address.getByAddress(null, v6, scope);
      return new InetSocketAddress(ip, port);
    } catch (UnknownHostException e) {
      throw new AssertionError("4 and 16 bytes are always an address", e);
    }
  }
}
