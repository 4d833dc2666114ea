package dev.weft.bench.model;

/** Answers each message with the same bytes. */
final class EchoExchange extends Exchange {
  private final int size;

  EchoExchange(int size) {
    super(size);
    this.size = size;
  }

  @Override
  public boolean next(byte[] in, int from, int to) {
    if (to - from < size) {
      return false;
    }
    answered(from + size, in, from, size, false);
    return true;
  }
}
