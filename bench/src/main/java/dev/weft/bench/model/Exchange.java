package dev.weft.bench.model;

/**
 * Finds requests in the bytes read and supplies the answers, without doing I/O. All models share
 * it, so they differ only in how they wait.
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

  /** Reports whether a whole request begins at {@code from}; the other methods then describe it. */
  public abstract boolean next(byte[] in, int from, int to);

  final void answered(int requestEnd, byte[] bytes, int offset, int length, boolean andClose) {
    end = requestEnd;
    answer = bytes;
    answerOffset = offset;
    answerLength = length;
    last = andClose;
  }

  /** The position of the next request. */
  public final int end() {
    return end;
  }

  /** The array that holds the answer. It may be the array that was read into. */
  public final byte[] answer() {
    return answer;
  }

  public final int answerOffset() {
    return answerOffset;
  }

  public final int answerLength() {
    return answerLength;
  }

  /** Reports whether the connection must be closed after the answer. */
  public final boolean isLast() {
    return last;
  }
}
