package dev.weft.io;

import dev.weft.chan.ChanClosedException;
import dev.weft.chan.SendChan;
import dev.weft.internal.poll.Transfer;
import java.io.IOException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Puts a completion into its channel: at once when that has room or somebody waits there, otherwise
 * by a goroutine, which waits in the place of whoever heard of the completion.
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
      // Nobody wants to know any more.
    }
  }

  private void sendPatiently(Completion completion) {
    try {
      channel.send(completion);
    } catch (ChanClosedException e) {
      // Nobody wants to know any more.
    } catch (InterruptedException e) {
      throw new AssertionError("nobody knows this goroutine", e);
    }
  }
}
