package dev.weft.internal.poll;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The backend's side of a listening socket. */
public abstract class ListenTransport extends Transport {
  protected ListenTransport(PollDesc poll) {
    super(poll);
  }

  /** Starts listening; returns 0 or a negated error number. */
  protected abstract int listen(int backlog) throws IOException;

  /**
   * Returns the next connection; {@code null} when none is waiting.
   *
   * @throws dev.weft.internal.sys.SystemCallException when accepting fails
   */
  protected abstract @Nullable StreamFd tryAccept() throws IOException;
}
