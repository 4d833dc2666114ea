package dev.weft.net.server;

import dev.weft.Weft;
import dev.weft.context.CancelledException;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Accepts connections until the listener is closed, and continues after failures. For servers whose
 * life cycle is not that of {@link Server}.
 */
public final class AcceptLoop {
  private static final System.Logger LOG = System.getLogger("dev.weft");

  /** The pauses after failures of accept: as in Go's net/http, 5 ms to 1 s. */
  private static final Duration FIRST_PAUSE = Duration.ofMillis(5);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private AcceptLoop() {}

  /**
   * Accepts connections in the calling thread, and returns when the listener is closed, or when
   * accepting fails because the context of a view ({@link Listener#withContext}) is cancelled or
   * its deadline has passed. After another failure, also an {@code OutOfMemoryError}, it logs a
   * warning, pauses for up to a second, and continues. After the listener's deadline it pauses
   * likewise, and logs nothing.
   *
   * @param begin begins to serve a connection, usually by starting a goroutine: the next one is
   *     accepted when it returns; closes the connection if it throws
   * @throws InterruptedException when interrupted; the listener stays open
   */
  public static void run(Listener listener, Consumer<? super Conn> begin)
      throws InterruptedException {
    Duration pause = FIRST_PAUSE;
    while (true) {
      try {
        Conn conn;
        try {
          conn = listener.accept();
        } catch (ClosedChannelException | CancelledException e) {
          return;
        }
        begin.accept(conn);
        pause = FIRST_PAUSE;
      } catch (SocketTimeoutException e) {
        // The listener's owner has set a deadline, and may move it: until then accept fails at
        // once.
        pause = sleep(pause);
      } catch (InterruptedIOException e) {
        throw new InterruptedException(e.getMessage());
      } catch (IOException | RuntimeException | Error e) {
        pause = pauseAfter(e, listener, pause);
      }
    }
  }

  /** Returns the length of the next pause. */
  private static Duration pauseAfter(Throwable failure, Listener listener, Duration pause)
      throws InterruptedException {
    try {
      LOG.log(Level.WARNING, "accepting on " + listener + " failed; next try in " + pause, failure);
      return sleep(pause);
    } catch (OutOfMemoryError e) {
      return pause; // There is no memory for a pause either.
    }
  }

  private static Duration sleep(Duration pause) throws InterruptedException {
    Weft.sleep(pause);
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
  }
}
