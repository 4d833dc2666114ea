package dev.weft.debug.internal.proto;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes one message of the Protocol Buffers wire format: fields as varints, as eight bytes, or as
 * bytes with a length. Zero is the default of whole numbers and not written, except in lists.
 */
public final class ProtoWriter {
  private static final int VARINT = 0;
  private static final int EIGHT_BYTES = 1;
  private static final int LENGTH_DELIMITED = 2;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** An empty message. */
  public ProtoWriter() {}

  public ProtoWriter number(int field, long value) {
    if (value != 0) {
      varint((long) field << 3 | VARINT);
      varint(value);
    }
    return this;
  }

  public ProtoWriter flag(int field, boolean value) {
    return number(field, value ? 1 : 0);
  }

  /** Several numbers in one field; also those that are 0. */
  public ProtoWriter numbers(int field, long[] values) {
    ProtoWriter packed = new ProtoWriter();
    for (long value : values) {
      packed.varint(value);
    }
    return message(field, packed);
  }

  /** A number of the types sint32 and sint64. */
  public ProtoWriter signed(int field, long value) {
    return number(field, zigzag(value));
  }

  /** Several such numbers in one field. */
  public ProtoWriter signed(int field, long[] values) {
    return numbers(field, Arrays.stream(values).map(ProtoWriter::zigzag).toArray());
  }

  private static long zigzag(long value) {
    return value << 1 ^ value >> 63;
  }

  /** A number of the type double. */
  public ProtoWriter real(int field, double value) {
    varint((long) field << 3 | EIGHT_BYTES);
    long bits = Double.doubleToRawLongBits(value);
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      out.write((int) (bits >>> shift));
    }
    return this;
  }

  public ProtoWriter text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  public ProtoWriter message(int field, ProtoWriter message) {
    return bytes(field, message.toByteArray());
  }

  private ProtoWriter bytes(int field, byte[] value) {
    varint((long) field << 3 | LENGTH_DELIMITED);
    return delimited(value);
  }

  /** Appends a message with its length, as in a stream of messages. */
  public ProtoWriter delimited(ProtoWriter message) {
    return delimited(message.toByteArray());
  }

  private ProtoWriter delimited(byte[] value) {
    varint(value.length);
    out.writeBytes(value);
    return this;
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  public byte[] toByteArray() {
    return out.toByteArray();
  }
}
