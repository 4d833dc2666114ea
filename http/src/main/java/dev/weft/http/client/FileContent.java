package dev.weft.http.client;

import dev.weft.io.FileHandle;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file as a body. */
record FileContent(Path path, long length) implements Content {
  private static final int BUFFER_SIZE = 64 << 10;

  static FileContent of(Path path) throws IOException {
    try (FileHandle file = FileHandle.open(path, StandardOpenOption.READ)) {
      return new FileContent(path, file.size());
    }
  }

  @Override
  public boolean isRepeatable() {
    return true;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    try (FileHandle file = FileHandle.open(path, StandardOpenOption.READ)) {
      byte[] buffer = new byte[(int) Math.min(BUFFER_SIZE, Math.max(1, length))];
      for (long at = 0; at < length; ) {
        int n = file.pread(buffer, 0, (int) Math.min(buffer.length, length - at), at);
        if (n < 0) {
          throw new EOFException(path + " became shorter while it was sent");
        }
        out.write(buffer, 0, n);
        at += n;
      }
    }
  }
}
