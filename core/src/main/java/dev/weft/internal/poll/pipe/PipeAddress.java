package dev.weft.internal.poll.pipe;

import java.net.SocketAddress;
import java.util.Objects;

/** The address of one end of a pipe: the pipe's number, and which end. */
final class PipeAddress extends SocketAddress {
  private static final long serialVersionUID = 1;

  private final long number;
  private final char end;

  PipeAddress(long number, char end) {
    this.number = number;
    this.end = end;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PipeAddress that && that.number == number && that.end == end;
  }

  @Override
  public int hashCode() {
    return Objects.hash(number, end);
  }

  @Override
  public String toString() {
    return "" + number + end;
  }
}
