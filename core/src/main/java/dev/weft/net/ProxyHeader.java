package dev.weft.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.EOFException;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A header of the PROXY protocol, version 1 (a line) or 2 (binary), which a proxy sends before the
 * first byte of its client. A server must accept it only from trusted proxies, because any client
 * can send one.
 *
 * @param source the client's address; null when the connection is the proxy's own, or the proxy
 *     does not know it
 * @param destination the address that the client connected to; null if the source is null
 */
public record ProxyHeader(
    @Nullable InetSocketAddress source, @Nullable InetSocketAddress destination) {
  /**
   * The longest header that is accepted, in bytes: more than version 1 needs, and enough for the
   * extensions of version 2 in use.
   */
  public static final int MAX_LENGTH = 2048;

  /** The header of the proxy's own connections, or of clients with an unknown address. */
  public static final ProxyHeader UNKNOWN = new ProxyHeader(null, null);

  private static final byte[] SIGNATURE = {
    0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a
  };
  private static final byte[] LINE_START = "PROXY ".getBytes(US_ASCII);
  private static final int MAX_LINE = 107;

  /** {@code PROXY UNKNOWN} and the end of the line. */
  private static final int SHORTEST = 15;

  private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");

  /** Numbers that are too large are refused by {@link InetAddress#ofLiteral}. */
  private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

  /** With a colon; neither a scope nor brackets, which the JDK would accept. */
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f.]*:[0-9A-Fa-f.:]*");

  // Version 2, after the signature: version and command, family and transport, length of the rest
  private static final int COMMAND_AT = 12;
  private static final int FAMILY_AT = 13;
  private static final int LENGTH_AT = 14;
  private static final int HEAD = 16;
  private static final byte PROXY_COMMAND = 0x21;
  private static final byte LOCAL_COMMAND = 0x20;
  private static final byte TCP_OVER_IPV4 = 0x11;
  private static final byte TCP_OVER_IPV6 = 0x21;

  /** Checks the addresses: both or none, and resolved. */
  public ProxyHeader {
    if ((source == null) != (destination == null)
        || isUnresolved(source)
        || isUnresolved(destination)) {
      throw new IllegalArgumentException(
          "a PROXY header from " + source + " to " + destination + ": two addresses or none");
    }
  }

  private static boolean isUnresolved(@Nullable InetSocketAddress address) {
    return address != null && address.isUnresolved();
  }

  /**
   * Returns the header for a connection that a proxy has accepted; {@link #UNKNOWN} for a Unix
   * socket.
   */
  public static ProxyHeader of(Conn accepted) {
    return accepted.remoteAddress() instanceof InetSocketAddress from
            && accepted.localAddress() instanceof InetSocketAddress to
        ? new ProxyHeader(from, to)
        : UNKNOWN;
  }

  // Reading

  /**
   * Reads a header, and no byte after it. Set a read deadline first: a client that is not a proxy
   * may send nothing.
   *
   * @throws EOFException when the stream ends before the header does
   * @throws ProtocolException when the bytes are not a header, or the header is too long
   */
  public static ProxyHeader read(Conn conn) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(MAX_LENGTH).limit(SHORTEST);
    while (true) {
      if (conn.read(bytes) < 0) {
        throw new EOFException("read " + conn + ": the stream ended before the PROXY header");
      }
      int count = bytes.position();
      ProxyHeader header;
      try {
        header = parse(bytes.duplicate().flip());
      } catch (ProtocolException e) {
        throw named(conn, e);
      }
      if (header != null) {
        return header;
      }
      if (!bytes.hasRemaining()) {
        bytes.limit(next(bytes, count));
      }
    }
  }

  private static ProtocolException named(Conn conn, ProtocolException e) {
    ProtocolException named = new ProtocolException("read " + conn + ": " + e.getMessage());
    named.initCause(e);
    return named;
  }

  /**
   * Returns how many bytes to read up to next, given that the header is longer than {@code count}
   * bytes.
   */
  private static int next(ByteBuffer bytes, int count) {
    if (bytes.get(0) != SIGNATURE[0]) {
      return count + 1; // the line may end at any byte
    }
    return count < HEAD ? HEAD : HEAD + number(bytes, LENGTH_AT);
  }

  /**
   * Parses the bytes received so far from the buffer's position on, and moves the position past the
   * header.
   *
   * @return null when more bytes are needed, of at most {@link #MAX_LENGTH}; the position is then
   *     unchanged
   * @throws ProtocolException when the bytes are not a header, or the header is too long
   */
  public static @Nullable ProxyHeader parse(ByteBuffer bytes) throws ProtocolException {
    if (startsLike(bytes, SIGNATURE)) {
      return bytes.remaining() < HEAD ? null : binary(bytes);
    }
    if (startsLike(bytes, LINE_START)) {
      return line(bytes);
    }
    throw new ProtocolException("a connection without a header of the PROXY protocol");
  }

  private static boolean startsLike(ByteBuffer bytes, byte[] start) {
    int common = Math.min(bytes.remaining(), start.length);
    return bytes.slice(bytes.position(), common).equals(ByteBuffer.wrap(start, 0, common));
  }

  private static @Nullable ProxyHeader line(ByteBuffer bytes) throws ProtocolException {
    int from = bytes.position();
    int end = from;
    while (end < bytes.limit() && bytes.get(end) != '\n') {
      end++;
    }
    if (end - from >= MAX_LINE) {
      throw new ProtocolException("a PROXY line without end");
    }
    if (end == bytes.limit()) {
      return null;
    }
    if (bytes.get(end - 1) != '\r') {
      throw new ProtocolException("a PROXY line that ends without CR");
    }
    byte[] text = new byte[end - 1 - from];
    bytes.get(from, text);
    String[] words = new String(text, ISO_8859_1).split(" ", -1);
    ProxyHeader header;
    if (words.length >= 2 && words[1].equals("UNKNOWN")) {
      header = UNKNOWN;
    } else if (words.length == 6 && (words[1].equals("TCP4") || words[1].equals("TCP6"))) {
      int size = words[1].equals("TCP4") ? 4 : 16;
      header =
          new ProxyHeader(address(words[2], words[4], size), address(words[3], words[5], size));
    } else {
      throw new ProtocolException("a PROXY line that is not understood");
    }
    bytes.position(end + 1);
    return header;
  }

  private static InetSocketAddress address(String host, String port, int size)
      throws ProtocolException {
    try {
      int number = PORT.matcher(port).matches() ? Integer.parseInt(port) : -1;
      // Tell the family by the text: the JDK converts IPv4-mapped addresses to IPv4.
      Pattern family = size == 4 ? IPV4 : IPV6;
      if (family.matcher(host).matches() && number >= 0 && number <= 0xffff) {
        return new InetSocketAddress(InetAddress.ofLiteral(host), number);
      }
    } catch (IllegalArgumentException e) {
      // refused below
    }
    throw new ProtocolException("a PROXY line with an invalid address");
  }

  private static @Nullable ProxyHeader binary(ByteBuffer bytes) throws ProtocolException {
    int from = bytes.position();
    byte command = bytes.get(from + COMMAND_AT);
    int length = HEAD + number(bytes, from + LENGTH_AT);
    if ((command != PROXY_COMMAND && command != LOCAL_COMMAND) || length > MAX_LENGTH) {
      throw new ProtocolException(
          "a PROXY header of another version, with another command, or too long");
    }
    if (bytes.remaining() < length) {
      return null;
    }
    int size =
        switch (bytes.get(from + FAMILY_AT)) {
          case TCP_OVER_IPV4 -> 4;
          case TCP_OVER_IPV6 -> 16;
          default -> 0; // other families and transports
        };
    ProxyHeader header = UNKNOWN;
    if (command == PROXY_COMMAND && size != 0) {
      if (length < HEAD + 2 * size + 4) {
        throw new ProtocolException("a PROXY header that is shorter than its addresses");
      }
      int hosts = from + HEAD;
      int ports = hosts + 2 * size;
      header =
          new ProxyHeader(
              address(bytes, hosts, size, number(bytes, ports)),
              address(bytes, hosts + size, size, number(bytes, ports + 2)));
    }
    bytes.position(from + length);
    return header;
  }

  private static int number(ByteBuffer bytes, int at) {
    return ((bytes.get(at) & 0xff) << 8) | (bytes.get(at + 1) & 0xff);
  }

  private static InetSocketAddress address(ByteBuffer bytes, int at, int size, int port) {
    byte[] address = new byte[size];
    bytes.get(at, address);
    try {
      return new InetSocketAddress(InetAddress.getByAddress(address), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // only for other lengths
    }
  }

  // Writing

  /** Returns the header as a line of version 1. */
  public byte[] toVersion1() {
    if (source == null || destination == null) {
      return "PROXY UNKNOWN\r\n".getBytes(US_ASCII);
    }
    boolean both4 = bothIpv4(source, destination);
    String line =
        (both4 ? "PROXY TCP4 " : "PROXY TCP6 ")
            + text(source, both4)
            + ' '
            + text(destination, both4)
            + ' '
            + source.getPort()
            + ' '
            + destination.getPort()
            + "\r\n";
    return line.getBytes(US_ASCII);
  }

  /** Returns the binary header of version 2. */
  public byte[] toVersion2() {
    if (source == null || destination == null) {
      return head(LOCAL_COMMAND, (byte) 0, 0).array();
    }
    boolean both4 = bothIpv4(source, destination);
    int size = both4 ? 4 : 16;
    return head(PROXY_COMMAND, both4 ? TCP_OVER_IPV4 : TCP_OVER_IPV6, 2 * size + 4)
        .put(bytes(source, both4))
        .put(bytes(destination, both4))
        .putShort((short) source.getPort())
        .putShort((short) destination.getPort())
        .array();
  }

  private static ByteBuffer head(byte command, byte family, int length) {
    return ByteBuffer.allocate(HEAD + length)
        .put(SIGNATURE)
        .put(command)
        .put(family)
        .putShort((short) length);
  }

  private static boolean bothIpv4(InetSocketAddress source, InetSocketAddress destination) {
    return source.getAddress() instanceof Inet4Address
        && destination.getAddress() instanceof Inet4Address;
  }

  /** Omits the scope of a link-local address, which the protocol cannot express. */
  private static String text(InetSocketAddress address, boolean ipv4) {
    String host = address.getAddress().getHostAddress();
    int scope = host.indexOf('%');
    String bare = scope < 0 ? host : host.substring(0, scope);
    return ipv4 || bare.indexOf(':') >= 0 ? bare : "::ffff:" + bare;
  }

  /** An IPv4 address beside an IPv6 one is written as IPv4-mapped. */
  private static byte[] bytes(InetSocketAddress address, boolean ipv4) {
    byte[] bytes = address.getAddress().getAddress();
    if (ipv4 || bytes.length == 16) {
      return bytes;
    }
    byte[] mapped = new byte[16];
    Arrays.fill(mapped, 10, 12, (byte) 0xff);
    System.arraycopy(bytes, 0, mapped, 12, bytes.length);
    return mapped;
  }
}
