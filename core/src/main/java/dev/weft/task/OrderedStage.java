package dev.weft.task;

import dev.weft.chan.Chan;
import dev.weft.chan.ChanClosedException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A stage whose results leave in the order in which the items came, though several workers may be
 * at work.
 *
 * <p>Each item goes into a slot, and the slot into two queues: one for the workers, which fill
 * slots in any order, and one for the emitter, which waits for each slot in turn and passes its
 * result on. The emitter's queue is bounded, so that a slow item holds up what comes after it only
 * so far. A slot's life:
 *
 * <pre>
 *   pending --filled by a worker--> its result, or NOTHING
 *   pending --withdrawn by the goroutine that put it in, as it could not be queued for the workers--> NOTHING
 *   pending --settled: all goroutines have ended--> NOTHING, and handed back
 * </pre>
 */
final class OrderedStage extends Stage<OrderedStage.Slot> {
  private static final Object NOTHING = new Object();

  /** A place in the order. */
  static final class Slot {
    final Object item;
    private final AtomicReference<@Nullable Object> outcome = new AtomicReference<>();
    private final Chan<Object> filled = Chan.unbuffered();

    Slot(Object item) {
      this.item = item;
    }

    boolean fill(@Nullable Object result) {
      boolean first = outcome.compareAndSet(null, result == null ? NOTHING : result);
      if (first) {
        filled.close();
      }
      return first;
    }
  }

  private final Chan<Slot> order;

  /** The state of an emitter that is stopped. */
  private volatile @Nullable Slot inHand;

  OrderedStage(
      PipelineRun run, Sink next, String name, Step<Object, Object> step, StageOptions options) {
    super(run, next, name, step, options);
    order = Chan.buffered(options.buffer() + options.maxWorkers());
  }

  @Override
  void start() {
    run.group.tryGo(this::emit);
    super.start();
  }

  @Override
  public void put(Object item) throws InterruptedException {
    growIfBehind();
    Slot slot = new Slot(item);
    order.send(slot, run.context);
    try {
      queue.send(slot, run.context);
    } catch (InterruptedException | CancellationException | ChanClosedException e) {
      if (slot.fill(null)) {
        throw e;
      }
      // Settled in between: handed back already, hence accepted.
    }
  }

  @Override
  void handle(Slot slot) throws Exception {
    Object result;
    try {
      result = apply(slot.item);
    } catch (Throwable e) {
      if (run.isStop(e)) {
        return; // Still pending, and so handed back when the stage is settled.
      }
      throw e;
    }
    slot.fill(result);
  }

  private void emit() throws Exception {
    try {
      for (Slot slot = order.receive(run.context);
          slot != null;
          slot = order.receive(run.context)) {
        inHand = slot;
        slot.filled.receive(run.context);
        Object result = slot.outcome.get();
        if (result != null && result != NOTHING) {
          next.put(result);
        }
        inHand = null;
      }
      next.end();
    } catch (InterruptedException | CancellationException e) {
      if (!run.isStop(e)) {
        throw e;
      }
    }
  }

  @Override
  void lastWorkerEnded() {
    // The emitter still has slots to pass on.
  }

  @Override
  public void end() {
    close(order);
    close(queue);
  }

  private static void close(Chan<Slot> channel) {
    try {
      channel.close();
    } catch (ChanClosedException e) {
      // ended before
    }
  }

  @Override
  public void settle() {
    end();
    settle(inHand);
    for (@Nullable Slot slot = order.tryReceive(); slot != null; slot = order.tryReceive()) {
      settle(slot);
    }
  }

  private void settle(@Nullable Slot slot) {
    if (slot == null) {
      return;
    }
    if (slot.fill(null)) {
      run.handBack(this, slot.item);
      return;
    }
    Object result = slot.outcome.get();
    if (result != null && result != NOTHING) {
      run.handBack(next, result);
    }
  }
}
