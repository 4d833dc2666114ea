package dev.weft.internal.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * An Internet address and port as numbers, to and from {@code struct sockaddr_in} and {@code
 * sockaddr_in6}.
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

  private long high;
  private long low;
  private int scope;
  private int port;
  private int family;

  /** An address to be filled by a call. */
  public RawAddress() {}

  /**
   * {@code address} as a socket of {@code family} wants it: an IPv6 socket takes an IPv4 address in
   * mapped form.
   */
  public RawAddress(InetSocketAddress address, int family) {
    this.family = family;
    port = address.getPort();
    InetAddress ip = address.getAddress();
    byte[] bytes = ip.getAddress();
    if (ip instanceof Inet6Address v6) {
      high = longAt(bytes, 0);
      low = longAt(bytes, 8);
      scope = v6.getScopeId();
    } else if (!ip.isAnyLocalAddress() || family == Libc.AF_INET) {
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
    memory.set(PORT, 2, (short) port);
    if (family == Libc.AF_INET) {
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

  void readFrom(MemorySegment memory) {
    family = memory.get(ValueLayout.JAVA_SHORT, 0);
    port = memory.get(PORT, 2) & 0xFFFF;
    if (family == Libc.AF_INET) {
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

  /** The address as the JDK has it; {@code null} when nothing was filled in. */
  public @Nullable InetSocketAddress toSocketAddress() {
    if (family == 0) {
      return null;
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
