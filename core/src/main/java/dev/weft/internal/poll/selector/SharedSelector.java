package dev.weft.internal.poll.selector;

import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.sched.netpoll.SharedPoller;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One {@link Selector}, which all processors share. Selectors are level-triggered, so a key has the
 * interest in a direction only while a goroutine waits for it: the wait adds the interest, the
 * event removes it.
 *
 * <p><b>No goroutine enters a monitor of a selector or of its keys.</b> A monitor goes to the
 * thread that queued for it first. If that is a goroutine which is ready and not running, the
 * polling machine would wait for it, and might be the machine that has to run it. So only the
 * polling thread uses the selector and its keys:
 *
 * <ul>
 *   <li>goroutines add their {@link Interest} to a queue, which that thread empties first;
 *   <li>they wake it through a {@link SelectorWaker}, because {@link Selector#wakeup} takes a
 *       monitor;
 *   <li>the key of a connecting channel is cancelled before the goroutine is signalled: {@link
 *       SocketChannel#finishConnect} closes the channel when it fails, and the close of a channel
 *       with a key enters the selector.
 * </ul>
 *
 * <p>A goroutine that adds an interest reads {@code awaiting} afterwards; the thread that is about
 * to wait sets it first, and reads the queue afterwards. So either the goroutine wakes the
 * selector, or the thread finds the interest.
 */
final class SharedSelector extends SharedPoller implements AutoCloseable {
  private static final int READ_OPS = SelectionKey.OP_READ | SelectionKey.OP_ACCEPT;

  private final Selector selector;

  /**
   * The interests that ask, the last one first, linked by {@link Interest#nextAsking}: adding one
   * takes no memory, without which its requests would be lost.
   */
  private final AtomicReference<@Nullable Interest> asking = new AtomicReference<>();

  private final SelectorWaker waker;

  /**
   * Set while the polling thread waits or is about to; the first thread that wakes it clears it.
   */
  private final AtomicBoolean awaiting = new AtomicBoolean();

  /** Those of {@link #asking} that were taken out; used by the polling thread. */
  private @Nullable Interest taken;

  /** The interests whose connecting has ended, without keys; used by the polling thread. */
  private final List<Interest> connected = new ArrayList<>();

  /**
   * The interests whose channels and ports the next selection releases; used by the polling thread.
   */
  private final List<Interest> releasing = new ArrayList<>();

  SharedSelector() throws IOException {
    selector = Selector.open();
    try {
      waker = new SelectorWaker(selector);
    } catch (IOException e) {
      selector.close();
      throw e;
    }
  }

  @Override
  public boolean await(long nanos, boolean watches, int wakeupsBefore) {
    select(nanos);
    return events() > 0;
  }

  @Override
  public int reap(int max) {
    if (events() == 0) {
      select(0);
    }
    int events = events();
    dispatch();
    return events;
  }

  private int events() {
    return connected.size() + selector.selectedKeys().size();
  }

  /** Selects, waiting at most {@code nanos}; 0 means not at all, a negative value without limit. */
  private void select(long nanos) {
    awaiting.set(nanos != 0);
    try {
      for (Interest interest; (interest = takeAsking()) != null; ) {
        if (interest.settle(selector)) {
          releasing.add(interest);
        }
      }
      if (nanos == 0 || !releasing.isEmpty()) {
        selector.selectNow();
      } else if (nanos < 0) {
        selector.select();
      } else {
        selector.select(TimeUnit.NANOSECONDS.toMillis(nanos + 999_999));
      }
      awaiting.set(false);
      releasePorts();
      dropKeysOfConnected();
      waker.reset(selector); // last, because the reset may select the waker's key again
    } catch (IOException e) {
      throw new UncheckedIOException("select: " + e.getMessage(), e);
    }
  }

  private @Nullable Interest takeAsking() {
    if (taken == null) {
      taken = asking.getAndSet(null);
    }
    Interest first = taken;
    if (first != null) {
      taken = first.nextAsking;
      first.nextAsking = null; // before its requests are taken, after which it may ask again
    }
    return first;
  }

  private void releasePorts() {
    if (!releasing.isEmpty()) {
      releasing.forEach(Interest::releasePort);
      releasing.clear();
    }
  }

  /**
   * Cancels the keys of channels whose connecting has ended, and selects so that the selector
   * removes them.
   */
  private void dropKeysOfConnected() throws IOException {
    for (var keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
      SelectionKey key = keys.next();
      if ((key.readyOps() & SelectionKey.OP_CONNECT) != 0) {
        keys.remove();
        Interest interest = (Interest) key.attachment();
        interest.dropKey();
        connected.add(interest);
      }
    }
    if (!connected.isEmpty()) {
      selector.selectNow(); // A cancelled key belongs to its selector until the next selection.
    }
  }

  private void dispatch() {
    for (Interest interest : connected) {
      interest.poll.signalWrite();
    }
    connected.clear();
    for (SelectionKey key : selector.selectedKeys()) {
      int ready = key.readyOps();
      if ((ready & SelectionKey.OP_CONNECT) != 0) {
        continue; // It was selected in this call: the next selection reports it again.
      }
      key.interestOpsAnd(~ready);
      PollDesc desc = ((Interest) key.attachment()).poll;
      if ((ready & READ_OPS) != 0) {
        desc.signalRead();
      }
      if ((ready & SelectionKey.OP_WRITE) != 0) {
        desc.signalWrite();
      }
    }
    selector.selectedKeys().clear();
  }

  void ask(Interest interest) {
    Interest before;
    do {
      before = asking.get();
      interest.nextAsking = before;
    } while (!asking.compareAndSet(before, interest));
    if (awaiting.get() && awaiting.getAndSet(false)) {
      wakeup();
      retryPatiently();
    }
  }

  @Override
  protected void wake() {
    waker.wakeup();
  }

  @Override
  public void close() {
    try {
      selector.close();
      waker.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
