package dev.weft.stress.context;

import dev.weft.context.CancellableContext;
import dev.weft.context.Context;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;

/**
 * Cancellation against what else may happen to a tree of contexts at the same time, model checked.
 */
class ContextLincheck {
  private static final int INVOCATIONS = 1_500;

  private static void together(Runnable... bodies) {
    Thread[] threads = new Thread[bodies.length];
    for (int i = 0; i < bodies.length; i++) {
      threads[i] = new Thread(bodies[i]);
      threads[i].start();
    }
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void check(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }

  @Test
  void aChildBornDuringCancellationIsCancelled() {
    Lincheck.runConcurrentTest(
        INVOCATIONS,
        () -> {
          CancellableContext parent = Context.background().withCancel();
          CancellableContext[] child = new CancellableContext[2];
          together(
              parent::cancel,
              () -> {
                child[0] = parent.withCancel();
                child[1] = child[0].withCancel();
              });
          check(child[0].isCancelled() && child[1].isCancelled(), "a child was left out");
        });
  }

  @Test
  void siblingsLeaveWhileTheParentIsCancelled() {
    Lincheck.runConcurrentTest(
        INVOCATIONS,
        () -> {
          CancellableContext parent = Context.background().withCancel();
          CancellableContext first = parent.withCancel();
          CancellableContext second = parent.withCancel();
          CancellableContext third = parent.withCancel();
          together(second::close, parent::cancel, third::close);
          check(first.isCancelled(), "the sibling that stayed");
          check(second.isCancelled() && third.isCancelled(), "the siblings that left");
        });
  }

  @Test
  void aCallbackRunsOnceOrIsStopped() {
    Lincheck.runConcurrentTest(
        INVOCATIONS,
        () -> {
          CancellableContext context = Context.background().withCancel();
          AtomicInteger calls = new AtomicInteger();
          var registration = context.onCancel(calls::incrementAndGet);
          together(
              context::cancel,
              () -> {
                if (registration.stop()) {
                  calls.addAndGet(100);
                }
              });
          check(calls.get() == 1 || calls.get() == 100, "calls " + calls);
        });
  }

  @Test
  void doneClosesWheneverItIsAskedFor() {
    Lincheck.runConcurrentTest(
        INVOCATIONS,
        () -> {
          CancellableContext context = Context.background().withCancel();
          together(
              context::cancel,
              () -> {
                try {
                  context.done().receive();
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
                check(context.isCancelled(), "done before it was cancelled");
              });
          check(context.done().isEnded(), "not done");
        });
  }
}
