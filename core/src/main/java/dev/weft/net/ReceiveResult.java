package dev.weft.net;

import dev.weft.internal.poll.PacketBuffer;
import java.net.InetSocketAddress;
import java.util.Objects;

/** The result of receiving a UDP datagram into the caller's memory. */
public final class ReceiveResult {
  private final int length;
  private final int size;
  private final InetSocketAddress sender;

  ReceiveResult(PacketBuffer packet, int length) {
    this.length = length;
    size = packet.size();
    sender =
        (InetSocketAddress) Objects.requireNonNull(packet.sender(), "a datagram without a sender");
  }

  /** Returns the number of bytes copied. */
  public int length() {
    return length;
  }

  /** Returns the length of the datagram; greater than {@link #length} when it was truncated. */
  public int size() {
    return size;
  }

  /** Reports whether the end of the datagram was cut off and is lost. */
  public boolean isTruncated() {
    return size > length;
  }

  /** Returns the address of the sender. */
  public InetSocketAddress sender() {
    return sender;
  }

  @Override
  public String toString() {
    return length + (isTruncated() ? " of " + size : "") + " bytes from " + sender;
  }
}
