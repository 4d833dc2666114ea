package dev.weft.internal.poll;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A listening socket as a backend has it. */
public abstract class ListenTransport extends Transport {
  protected ListenTransport(PollDesc poll) {
    super(poll);
  }

  /** Begins to listen; 0, or a negated error number. */
  protected abstract int listen(int backlog) throws IOException;

  /**
   * The next connection; {@code null} when none is waiting.
   *
   * @throws dev.weft.internal.sys.SystemCallException with the error number when the system would
   *     not hand it out
   */
  protected abstract @Nullable StreamFd tryAccept() throws IOException;
}
