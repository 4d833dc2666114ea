package dev.weft.internal.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.Charset;
import java.util.Arrays;

/**
 * The names of Unix sockets: paths, abstract names, written {@code @name} as in Go, and none. An
 * abstract name begins with a zero byte for the kernel. A path that begins with {@code @} is
 * written {@code ./@name}.
 */
public final class UnixPath {
  private static final Charset OF_FILE_NAMES =
      Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

  private UnixPath() {}

  /** Reports whether the address is an abstract name. */
  public static boolean isAbstract(UnixDomainSocketAddress address) {
    return address.getPath().toString().startsWith("@");
  }

  /**
   * The name as text: {@code @} alone for a socket without one, as in Go. A peer chooses its name,
   * so control characters are escaped: a line break would forge a line in messages and logs.
   */
  public static String format(UnixDomainSocketAddress address) {
    String path = address.getPath().toString();
    return path.isEmpty() ? "@" : printable(path);
  }

  private static String printable(String path) {
    StringBuilder text = new StringBuilder(path.length());
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
        text.append("\\u%04x".formatted((int) c));
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }

  /** The length for the kernel, which takes {@link RawAddress#MAX_PATH} bytes at most. */
  public static int length(UnixDomainSocketAddress address) {
    return toBytes(address).length;
  }

  static byte[] toBytes(UnixDomainSocketAddress address) {
    byte[] bytes = address.getPath().toString().getBytes(OF_FILE_NAMES);
    if (bytes.length > 0 && bytes[0] == '@') {
      bytes[0] = 0;
    }
    return bytes;
  }

  /** The name as the kernel returns it: a path ends with a zero, an abstract name does not. */
  static byte[] withoutTerminator(MemorySegment name) {
    byte[] bytes = name.toArray(ValueLayout.JAVA_BYTE);
    if (bytes.length == 0 || bytes[0] == 0) {
      return bytes;
    }
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return Arrays.copyOf(bytes, end);
  }

  static UnixDomainSocketAddress toAddress(byte[] bytes) {
    byte[] name = bytes.clone();
    if (name.length > 0 && name[0] == 0) {
      name[0] = '@';
    }
    return UnixDomainSocketAddress.of(new String(name, OF_FILE_NAMES));
  }
}
