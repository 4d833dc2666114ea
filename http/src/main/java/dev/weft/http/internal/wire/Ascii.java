package dev.weft.http.internal.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** Character classes of HTTP, and conversions between strings and bytes that allocate nothing. */
public final class Ascii {
  private static final byte TOKEN = 1;
  private static final byte VALUE = 2;
  private static final byte TARGET = 4;
  private static final byte HOST = 8;

  /** The classes that each byte is in. */
  private static final byte[] CLASSES = classes();

  private static final byte[] HEX_VALUES = hexValues();
  private static final byte[] HEX_DIGITS = "0123456789abcdef".getBytes(ISO_8859_1);
  private static final int MAX_HEX_DIGITS = 16;
  private static final int MAX_DECIMAL_DIGITS = 19;

  private Ascii() {}

  private static byte[] classes() {
    byte[] table = new byte[256];
    for (int c = 0; c < 256; c++) {
      int in = 0;
      boolean visible = c > ' ' && c < 0x7f;
      boolean alphanumeric = c < 0x80 && Character.isLetterOrDigit(c);
      if (alphanumeric || (visible && "!#$%&'*+-.^_`|~".indexOf(c) >= 0)) {
        in |= TOKEN;
      }
      if (visible || c == ' ' || c == '\t' || c >= 0x80) {
        in |= VALUE;
      }
      if (visible && c != '#' && c != '%') {
        in |= TARGET;
      }
      if (alphanumeric || (visible && "-._~!$&'()*+;=%:[]".indexOf(c) >= 0)) {
        in |= HOST;
      }
      table[c] = (byte) in;
    }
    return table;
  }

  private static byte[] hexValues() {
    byte[] table = new byte[256];
    for (int c = 0; c < 256; c++) {
      table[c] = (byte) Character.digit(c < 0x80 ? c : 0, 16);
    }
    return table;
  }

  /** Reports whether {@code b} may be part of a token (RFC 9110, 5.6.2), such as a field name. */
  public static boolean isToken(byte b) {
    return (CLASSES[b & 0xff] & TOKEN) != 0;
  }

  /**
   * Reports whether {@code b} may be part of a field value (RFC 9110, 5.5): no control but the tab.
   */
  public static boolean isValue(byte b) {
    return (CLASSES[b & 0xff] & VALUE) != 0;
  }

  /**
   * Reports whether {@code b} may appear literally in a target: visible, and neither {@code #} nor
   * {@code %}.
   */
  static boolean isTarget(byte b) {
    return (CLASSES[b & 0xff] & TARGET) != 0;
  }

  /** Reports whether {@code b} may be part of a host with a port (RFC 3986, 3.2.2 and 3.2.3). */
  static boolean isHost(byte b) {
    return (CLASSES[b & 0xff] & HOST) != 0;
  }

  /** Reports whether the text is a token. */
  public static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > 0x7f || (CLASSES[c] & TOKEN) == 0) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /**
   * Reports whether the text may be a field value: no control but the tab, so it cannot end the
   * field.
   */
  public static boolean isValue(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > 0xff || (CLASSES[c] & VALUE) == 0) {
        return false;
      }
    }
    return true;
  }

  /** The value of a hexadecimal digit, or -1. */
  public static int hex(byte b) {
    return HEX_VALUES[b & 0xff];
  }

  static byte lower(byte b) {
    return b >= 'A' && b <= 'Z' ? (byte) (b | 0x20) : b;
  }

  /** Reports whether the bytes spell the text, whatever the case of ASCII letters. */
  public static boolean equalsIgnoreCase(byte[] bytes, int from, int to, String text) {
    if (to - from != text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      int a = bytes[from + i] & 0xff;
      int b = text.charAt(i);
      if (a != b) {
        int folded = a | 0x20;
        if (folded != (b | 0x20) || folded < 'a' || folded > 'z') {
          return false;
        }
      }
    }
    return true;
  }

  /** Reports whether two texts are equal, whatever the case of ASCII letters. */
  public static boolean equalsIgnoreCase(String one, String other) {
    if (one.length() != other.length()) {
      return false;
    }
    for (int i = 0; i < one.length(); i++) {
      int a = one.charAt(i);
      int b = other.charAt(i);
      if (a != b) {
        int folded = a | 0x20;
        if (folded != (b | 0x20) || folded < 'a' || folded > 'z') {
          return false;
        }
      }
    }
    return true;
  }

  /** Reports whether the bytes and the text are the same. */
  static boolean equals(byte[] bytes, int from, int to, String text) {
    if (to - from != text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if ((bytes[from + i] & 0xff) != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  public static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, ISO_8859_1);
  }

  /** Copies text of characters up to U+00FF; returns where it ends. */
  @SuppressWarnings("deprecation") // the one copy of Latin-1 text that allocates nothing
  public static int put(String text, byte[] into, int at) {
    text.getBytes(0, text.length(), into, at);
    return at + text.length();
  }

  /** Writes a number that is not negative in decimal; returns where it ends. */
  public static int putDecimal(long number, byte[] into, int at) {
    int digits = 1;
    for (long rest = number; rest >= 10; rest /= 10) {
      digits++;
    }
    long rest = number;
    for (int i = at + digits - 1; i >= at; i--) {
      into[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return at + digits;
  }

  /** Writes a number in hexadecimal without leading zeros; returns where it ends. */
  public static int putHex(long number, byte[] into, int at) {
    int digits = Math.max(1, MAX_HEX_DIGITS - Long.numberOfLeadingZeros(number) / 4);
    for (int i = 0; i < digits; i++) {
      into[at + i] = HEX_DIGITS[(int) (number >>> (4 * (digits - 1 - i))) & 0xf];
    }
    return at + digits;
  }

  /** Parses a number of decimal digits only, as in Content-Length; returns -1 for anything else. */
  static long parseDecimal(byte[] bytes, int from, int to) {
    int length = to - from;
    if (length < 1 || length > MAX_DECIMAL_DIGITS) {
      return -1;
    }
    long number = 0;
    for (int i = from; i < to; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
      if (number < 0) {
        return -1;
      }
    }
    return number;
  }
}
