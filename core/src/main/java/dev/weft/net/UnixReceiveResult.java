package dev.weft.net;

import java.net.UnixDomainSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The result of receiving a Unix datagram into the caller's memory.
 *
 * @param length the number of bytes copied
 * @param size the length of the datagram; greater than {@code length} when it was truncated
 * @param sender {@code null} for a sender without a name, to which nothing can be sent
 */
public record UnixReceiveResult(int length, int size, @Nullable UnixDomainSocketAddress sender) {
  /** Reports whether the end of the datagram was cut off and is lost. */
  public boolean isTruncated() {
    return size > length;
  }
}
