package dev.weft.net;

import java.net.UnixDomainSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a Unix datagram whose payload was copied to the receiver's memory.
 *
 * @param length how many bytes were copied
 * @param size how many bytes the datagram had; more than {@code length} when the memory was too
 *     short
 * @param sender {@code null} for a sender without a name, to which nothing can be sent
 */
public record UnixReceiveResult(int length, int size, @Nullable UnixDomainSocketAddress sender) {
  /** Whether the end of the datagram was cut off, which is lost. */
  public boolean isTruncated() {
    return size > length;
  }
}
