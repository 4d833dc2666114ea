package dev.weft.testing;

import static dev.weft.testing.Eventually.PATIENCE;
import static dev.weft.testing.Eventually.eventually;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** A part of a test that runs in a thread of its own. */
public final class Running<V> {
  private final Callable<V> body;
  private final Runnable onFailure;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile Thread thread;
  private volatile V result;
  private volatile Throwable failure;
  private volatile boolean seen;

  Running(Callable<V> body, Runnable onFailure) {
    this.body = body;
    this.onFailure = onFailure;
  }

  void startIn(ThreadFactory threads) {
    thread = threads.newThread(this::run);
    thread.start();
  }

  private void run() {
    boolean failed = true;
    try {
      result = body.call();
      failed = false;
    } catch (Throwable e) {
      failure = e;
    } finally {
      ended.countDown();
    }
    if (failed && !seen && failure instanceof AssertionError) {
      onFailure.run();
    }
  }

  public Thread thread() {
    return thread;
  }

  public boolean isDone() {
    return ended.getCount() == 0;
  }

  /** Returns once the thread waits in a method of one of the names; fails when it ends before. */
  public Running<V> awaitBlockedIn(String... methods) throws Exception {
    String names = String.join(" or ", methods);
    try {
      eventually(thread + " waits in " + names, () -> isBlockedIn(List.of(methods)));
    } catch (AssertionError e) {
      if (!isDone()) {
        e.addSuppressed(stuck("does not wait there"));
      }
      throw e;
    }
    return this;
  }

  private boolean isBlockedIn(List<String> methods) {
    if (isDone()) {
      throw new AssertionError("ended instead of waiting in " + methods, failure);
    }
    Thread.State state = thread.getState();
    if (state != Thread.State.WAITING && state != Thread.State.TIMED_WAITING) {
      return false;
    }
    for (StackTraceElement frame : thread.getStackTrace()) {
      if (methods.contains(frame.getMethodName())) {
        return thread.getState() == state;
      }
    }
    return false;
  }

  private AssertionError stuck(String how) {
    var stuck = new AssertionError(thread + " " + how + "; it is " + thread.getState() + " here");
    stuck.setStackTrace(thread.getStackTrace());
    return stuck;
  }

  /** Its result; fails as it failed. */
  public V join() throws Exception {
    awaitEnd();
    seen = true;
    if (failure instanceof Exception e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
    return result;
  }

  /** What it failed with; fails itself when it did not fail. */
  public Throwable failure() throws InterruptedException {
    awaitEnd();
    seen = true;
    if (failure == null) {
      throw new AssertionError("expected a failure, but it ended well with " + result);
    }
    return failure;
  }

  Throwable unseenFailure() throws InterruptedException {
    if (seen) {
      return null;
    }
    awaitEnd();
    return failure;
  }

  private void awaitEnd() throws InterruptedException {
    if (!ended.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      AssertionError stuck = stuck("does not end");
      thread.interrupt();
      throw stuck;
    }
  }
}
