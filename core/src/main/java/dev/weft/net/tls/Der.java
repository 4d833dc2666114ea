package dev.weft.net.tls;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** The subset of DER (X.690) that private keys and OCSP responses need. */
final class Der {
  static final int INTEGER = 0x02;
  static final int OCTET_STRING = 0x04;
  static final int OBJECT_IDENTIFIER = 0x06;
  static final int ENUMERATED = 0x0a;
  static final int GENERALIZED_TIME = 0x18;
  static final int SEQUENCE = 0x30;

  /** A value that another one contains, marked by the first number. */
  static final int FIRST = 0xa0;

  private Der() {}

  /** A value with its tag and length before it. */
  static byte[] value(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(tag);
    int length = content.size();
    if (length < 0x80) {
      all.write(length);
    } else {
      int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
      all.write(0x80 | bytes);
      for (int i = bytes - 1; i >= 0; i--) {
        all.write(length >>> (8 * i));
      }
    }
    all.writeBytes(content.toByteArray());
    return all.toByteArray();
  }

  /**
   * Takes the next value of the buffer and returns its content.
   *
   * @throws IllegalArgumentException when it has another tag, or the length is wrong
   */
  static ByteBuffer take(ByteBuffer from, int tag) {
    if (from.remaining() < 2 || Byte.toUnsignedInt(from.get()) != tag) {
      throw new IllegalArgumentException("not the expected structure");
    }
    int length = Byte.toUnsignedInt(from.get());
    if (length >= 0x80) {
      int bytes = length & 0x7f;
      if (bytes == 0 || bytes > 3 || bytes > from.remaining()) {
        throw new IllegalArgumentException("a wrong length");
      }
      length = 0;
      for (int i = 0; i < bytes; i++) {
        length = length << Byte.SIZE | Byte.toUnsignedInt(from.get());
      }
    }
    if (length > from.remaining()) {
      throw new IllegalArgumentException("it is cut off");
    }
    ByteBuffer content = from.slice(from.position(), length);
    from.position(from.position() + length);
    return content;
  }

  /** Reports whether the next value has this tag. */
  static boolean isNext(ByteBuffer from, int tag) {
    return from.hasRemaining() && Byte.toUnsignedInt(from.get(from.position())) == tag;
  }

  /** Skips the next value. */
  static void skip(ByteBuffer from) {
    if (from.hasRemaining()) {
      take(from, Byte.toUnsignedInt(from.get(from.position())));
    }
  }
}
