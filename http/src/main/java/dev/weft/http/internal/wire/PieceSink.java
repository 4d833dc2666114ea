package dev.weft.http.internal.wire;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A sink that writes in pieces, so that each can have a deadline of its own. */
public abstract class PieceSink implements ByteSink {
  /** The maximum number of bytes of a piece, not counting those of a first range. */
  protected static final int PIECE = 64 << 10;

  /** Writes all of a piece; blocks until it is written. */
  protected abstract void writePiece(byte[] bytes, int offset, int length) throws IOException;

  /** Writes all of two buffers as one piece. */
  protected abstract void writePiece(ByteBuffer first, ByteBuffer second) throws IOException;

  @Override
  public final void write(byte[] bytes, int offset, int length) throws IOException {
    for (int done = 0; done < length; ) {
      int piece = Math.min(PIECE, length - done);
      writePiece(bytes, offset + done, piece);
      done += piece;
    }
  }

  @Override
  public final void write(
      byte[] first, int firstOffset, int firstLength, byte[] second, int offset, int length)
      throws IOException {
    if (firstLength == 0) {
      write(second, offset, length);
      return;
    }
    int piece = Math.min(PIECE, length);
    writePiece(
        ByteBuffer.wrap(first, firstOffset, firstLength), ByteBuffer.wrap(second, offset, piece));
    write(second, offset + piece, length - piece);
  }
}
