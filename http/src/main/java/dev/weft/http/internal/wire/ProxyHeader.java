package dev.weft.http.internal.wire;

import static dev.weft.http.internal.wire.MalformedException.badRequest;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The header of the PROXY protocol, version 1 (a line) or 2 (binary), which a proxy sends before
 * the first byte of its client.
 *
 * @param length the bytes that it takes
 * @param source the client's address; null when the proxy speaks for itself, or does not know
 * @param destination what the client connected to; null together with the source
 */
public record ProxyHeader(
    int length, @Nullable InetSocketAddress source, @Nullable InetSocketAddress destination) {
  /** More than version 1 needs, and enough for the additions to version 2 that are in use. */
  public static final int MAX_LENGTH = 2048;

  private static final byte[] SIGNATURE = {
    0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a
  };
  private static final byte[] LINE_START = "PROXY ".getBytes(US_ASCII);
  private static final int MAX_LINE = 107;
  private static final int HEAD = 16;

  /**
   * Parses what has come so far.
   *
   * @return null when more has to come
   */
  public static @Nullable ProxyHeader parse(byte[] bytes, int count) throws MalformedException {
    if (startsLike(bytes, count, SIGNATURE)) {
      return count < HEAD ? null : binary(bytes, count);
    }
    if (startsLike(bytes, count, LINE_START)) {
      return line(bytes, count);
    }
    throw badRequest("a connection without a header of the PROXY protocol");
  }

  private static boolean startsLike(byte[] bytes, int count, byte[] start) {
    int common = Math.min(count, start.length);
    return Arrays.equals(bytes, 0, common, start, 0, common);
  }

  private static @Nullable ProxyHeader line(byte[] bytes, int count) throws MalformedException {
    int end = 0;
    while (end < count && bytes[end] != '\n') {
      end++;
    }
    if (end >= MAX_LINE) {
      throw badRequest("a PROXY line without end");
    }
    if (end == count) {
      return null;
    }
    if (bytes[end - 1] != '\r') {
      throw badRequest("a PROXY line that ends without CR");
    }
    String[] words = Ascii.text(bytes, 0, end - 1).split(" ", -1);
    if (words.length >= 2 && words[1].equals("UNKNOWN")) {
      return new ProxyHeader(end + 1, null, null);
    }
    if (words.length != 6 || !(words[1].equals("TCP4") || words[1].equals("TCP6"))) {
      throw badRequest("a PROXY line that is not understood");
    }
    int size = words[1].equals("TCP4") ? 4 : 16;
    return new ProxyHeader(
        end + 1, address(words[2], words[4], size), address(words[3], words[5], size));
  }

  private static InetSocketAddress address(String host, String port, int size)
      throws MalformedException {
    try {
      InetAddress address = InetAddress.ofLiteral(host);
      int number = Integer.parseInt(port);
      if (address.getAddress().length == size && number >= 0 && number <= 0xffff) {
        return new InetSocketAddress(address, number);
      }
    } catch (IllegalArgumentException e) {
      // refused below
    }
    throw badRequest("a PROXY line with an invalid address");
  }

  private static @Nullable ProxyHeader binary(byte[] bytes, int count) throws MalformedException {
    int command = bytes[12] & 0xff;
    int family = bytes[13] & 0xff;
    int length = HEAD + number(bytes, 14);
    if (command >> 4 != 2 || (command & 0xf) > 1 || length > MAX_LENGTH) {
      throw badRequest("a PROXY header of another version, with another command, or too long");
    }
    if (count < length) {
      return null;
    }
    int size =
        switch (family) {
          case 0x11 -> 4;
          case 0x21 -> 16;
          default -> 0; // other families and transports
        };
    if ((command & 0xf) == 0 || size == 0) {
      return new ProxyHeader(length, null, null);
    }
    if (length < HEAD + 2 * size + 4) {
      throw badRequest("a PROXY header that is shorter than its addresses");
    }
    int ports = HEAD + 2 * size;
    return new ProxyHeader(
        length,
        address(bytes, HEAD, size, number(bytes, ports)),
        address(bytes, HEAD + size, size, number(bytes, ports + 2)));
  }

  private static int number(byte[] bytes, int at) {
    return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
  }

  private static InetSocketAddress address(byte[] bytes, int at, int size, int port) {
    try {
      return new InetSocketAddress(
          InetAddress.getByAddress(Arrays.copyOfRange(bytes, at, at + size)), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // only for other lengths
    }
  }
}
