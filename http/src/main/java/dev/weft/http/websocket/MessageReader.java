package dev.weft.http.websocket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Joins fragments into messages, within a limit, and passes control frames to a listener. */
final class MessageReader {
  /** Receives the control frames between fragments. */
  interface Control {
    void ping(byte[] payload) throws IOException;

    void pong();

    /** The last frame of the peer. */
    void close(int code, String reason) throws IOException;
  }

  private static final byte[] EMPTY = {};

  /** The most that is made room for before it has arrived. */
  private static final int PIECE = FrameReader.PIECE_UNIT << 12;

  private final FrameReader frames;
  private final int maxMessage;
  private final Control control;

  MessageReader(FrameReader frames, int maxMessage, Control control) {
    this.frames = frames;
    this.maxMessage = maxMessage;
    this.control = control;
  }

  /**
   * Reads the next message.
   *
   * @return null when the peer has closed, with a close frame or without
   */
  @Nullable Message read() throws IOException {
    byte[] payload = EMPTY;
    int size = 0;
    int type = Opcode.CONTINUATION;
    while (frames.readHead()) {
      int opcode = frames.opcode();
      if (Opcode.isControl(opcode)) {
        if (!readControl(opcode)) {
          return null;
        }
        continue;
      }
      if ((opcode == Opcode.CONTINUATION) != (type != Opcode.CONTINUATION)) {
        throw new WebSocketException(
            CloseCode.PROTOCOL_ERROR, "a fragment out of order, or a message within another");
      }
      type = opcode == Opcode.CONTINUATION ? type : opcode;
      if (frames.length() > maxMessage - size) {
        throw new WebSocketException(
            CloseCode.TOO_LARGE, "a message of more than " + maxMessage + " bytes");
      }
      for (int left = (int) frames.length(); left > 0; ) {
        int piece = Math.min(left, PIECE);
        payload = withRoom(payload, size, piece);
        frames.readPayload(payload, size, piece);
        size += piece;
        left -= piece;
      }
      if (frames.isFinal()) {
        payload = payload.length == size ? payload : Arrays.copyOf(payload, size);
        return type == Opcode.TEXT
            ? Message.text(payload, decode(payload, 0))
            : Message.binary(payload);
      }
    }
    return null;
  }

  /**
   * Grows with what has arrived: what a frame's head announces may never come. By half at least,
   * because a message may come in fragments of one byte.
   */
  private static byte[] withRoom(byte[] payload, int size, int more) {
    return payload.length - size >= more
        ? payload
        : Arrays.copyOf(payload, Math.max(size + more, payload.length + payload.length / 2));
  }

  /** Returns false when it was the close frame. */
  private boolean readControl(int opcode) throws IOException {
    byte[] payload = new byte[(int) frames.length()];
    frames.readPayload(payload, 0, payload.length);
    switch (opcode) {
      case Opcode.PING -> control.ping(payload);
      case Opcode.PONG -> control.pong();
      default -> {
        readClose(payload);
        return false;
      }
    }
    return true;
  }

  private void readClose(byte[] payload) throws IOException {
    if (payload.length == 0) {
      control.close(CloseCode.NONE, "");
      return;
    }
    int code = payload.length < 2 ? 0 : ((payload[0] & 0xff) << 8) | (payload[1] & 0xff);
    if (!CloseCode.isSendable(code)) {
      throw new WebSocketException(CloseCode.PROTOCOL_ERROR, "a close frame with code " + code);
    }
    control.close(code, decode(payload, 2));
  }

  private static String decode(byte[] bytes, int from) throws WebSocketException {
    try {
      return StandardCharsets.UTF_8
          .newDecoder() // which reports what is malformed
          .decode(ByteBuffer.wrap(bytes, from, bytes.length - from))
          .toString();
    } catch (CharacterCodingException e) {
      throw new WebSocketException(CloseCode.INVALID_TEXT, "text that is not UTF-8");
    }
  }
}
