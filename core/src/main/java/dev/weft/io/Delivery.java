package dev.weft.io;

import dev.weft.chan.ChanClosedException;
import dev.weft.chan.SendChan;
import dev.weft.internal.poll.file.Transfer;
import java.io.IOException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Puts a completion into its channel: at once when that has room or a receiver waits there,
 * otherwise by a goroutine, which waits in the place of the thread that handled the completion.
 */
record Delivery(long token, SendChan<? super Completion> channel, Executor goroutines)
    implements Transfer.Listener {
  @Override
  public void ended(long count, @Nullable IOException failure) {
    Completion completion = new Completion(token, count, failure);
    try {
      if (!channel.trySend(completion)) {
        goroutines.execute(() -> sendPatiently(completion));
      }
    } catch (ChanClosedException e) {
      // The receiver has closed the channel.
    }
  }

  private void sendPatiently(Completion completion) {
    try {
      channel.send(completion);
    } catch (ChanClosedException e) {
      // The receiver has closed the channel.
    } catch (InterruptedException e) {
      throw new AssertionError("this goroutine is not known to others", e);
    }
  }
}
