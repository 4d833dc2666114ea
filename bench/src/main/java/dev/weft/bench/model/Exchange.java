package dev.weft.bench.model;

/**
 * Finds requests in what was read and tells the answer, without doing I/O: the part that all models
 * have in common, so that they differ in nothing but how they wait.
 *
 * <p>Keeps the last answer until the next call, so a thread that serves many connections needs one.
 */
public abstract class Exchange {
  private final int requestLimit;
  private int end;
  private byte[] answer = {};
  private int answerOffset;
  private int answerLength;
  private boolean last;

  Exchange(int requestLimit) {
    this.requestLimit = requestLimit;
  }

  /** A buffer of this size holds any request; a longer one is refused. */
  public final int requestLimit() {
    return requestLimit;
  }

  /** Whether a whole request begins at {@code from}; then the other methods tell of it. */
  public abstract boolean next(byte[] in, int from, int to);

  final void answered(int requestEnd, byte[] bytes, int offset, int length, boolean andClose) {
    end = requestEnd;
    answer = bytes;
    answerOffset = offset;
    answerLength = length;
    last = andClose;
  }

  /** Where the next request begins. */
  public final int end() {
    return end;
  }

  /** The array that holds the answer. It may be the one that was read into. */
  public final byte[] answer() {
    return answer;
  }

  public final int answerOffset() {
    return answerOffset;
  }

  public final int answerLength() {
    return answerLength;
  }

  /** Whether the connection is to be closed behind the answer. */
  public final boolean isLast() {
    return last;
  }
}
