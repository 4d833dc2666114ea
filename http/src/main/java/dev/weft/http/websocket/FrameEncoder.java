package dev.weft.http.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Encodes the frames that a server sends (RFC 6455, 5.2), which are whole and not masked. */
final class FrameEncoder {
  /** The number of bytes of a close frame's reason: a control frame has 125, two for the code. */
  static final int MAX_REASON = FrameReader.MAX_CONTROL_PAYLOAD - Short.BYTES;

  private static final int FIN = 0x80;

  private FrameEncoder() {}

  static byte[] frame(int opcode, byte[] payload) {
    int length = payload.length;
    int extended = length < 126 ? 0 : length <= 0xffff ? Short.BYTES : Long.BYTES;
    byte[] frame = new byte[2 + extended + length];
    frame[0] = (byte) (FIN | opcode);
    frame[1] = (byte) (extended == 0 ? length : extended == Short.BYTES ? 126 : 127);
    for (int i = 0; i < extended; i++) {
      frame[2 + i] = (byte) ((long) length >>> (8 * (extended - 1 - i)));
    }
    System.arraycopy(payload, 0, frame, 2 + extended, length);
    return frame;
  }

  /** Returns the payload of a close frame; a reason that is too long is cut. */
  static byte[] closePayload(int code, String reason) {
    if (code == CloseCode.NONE) {
      return new byte[0];
    }
    byte[] text = reason.getBytes(UTF_8);
    byte[] payload = new byte[Short.BYTES + Math.min(text.length, MAX_REASON)];
    payload[0] = (byte) (code >> 8);
    payload[1] = (byte) code;
    System.arraycopy(text, 0, payload, Short.BYTES, payload.length - Short.BYTES);
    return payload;
  }
}
