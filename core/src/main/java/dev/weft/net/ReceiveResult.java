package dev.weft.net;

import dev.weft.internal.poll.PacketBuffer;
import java.net.InetSocketAddress;
import java.util.Objects;

/** What is known of a datagram whose payload was copied to the receiver's memory. */
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

  /** How many bytes were copied. */
  public int length() {
    return length;
  }

  /** How many bytes the datagram had; more than {@link #length} when the memory was too short. */
  public int size() {
    return size;
  }

  /** Whether the end of the datagram was cut off, which is lost. */
  public boolean isTruncated() {
    return size > length;
  }

  /** The sender. */
  public InetSocketAddress sender() {
    return sender;
  }

  @Override
  public String toString() {
    return length + (isTruncated() ? " of " + size : "") + " bytes from " + sender;
  }
}
