package dev.weft.io;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The result of {@link FileHandle#preadAsync} or {@link FileHandle#pwriteAsync}. It holds no
 * memory, only the number by which the caller identifies the transfer.
 *
 * @param token the number that was given at the beginning
 * @param count how many bytes were moved; -1 for a read at or behind the end of the file
 * @param failure why not all were, as the call that waits would have thrown it; {@code null} when
 *     nothing failed
 */
public record Completion(long token, long count, @Nullable IOException failure) {
  /** The count, unless something failed. */
  public long orThrow() throws IOException {
    if (failure != null) {
      throw failure;
    }
    return count;
  }
}
