package dev.weft.debug.internal.jfr;

import dev.weft.internal.track.Events;
import dev.weft.internal.track.Tracked;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Goroutines, machines and connections as events of the JDK's Flight Recorder. All are off until a
 * recording enables them; until then each call site reads a flag of the recorder and allocates
 * nothing.
 */
public final class RuntimeEvents implements Events.Listener {
  // The recorder keeps the flag with the class, and asks for it through an event.
  private static final GoroutineStartEvent START = new GoroutineStartEvent();
  private static final GoroutineEndEvent END = new GoroutineEndEvent();
  private static final GoroutineParkEvent PARK = new GoroutineParkEvent();
  private static final GoroutineSliceEvent SLICE = new GoroutineSliceEvent();
  private static final HandoffEvent HANDOFF = new HandoffEvent();
  private static final ConnectionOpenEvent OPEN = new ConnectionOpenEvent();
  private static final ConnectionCloseEvent CLOSE = new ConnectionCloseEvent();

  private static final RuntimeEvents LISTENER = new RuntimeEvents();

  private static int users; // guarded by the class

  /** A request for the events, until it is closed. */
  public interface Use extends AutoCloseable {
    @Override
    void close();
  }

  private RuntimeEvents() {}

  /**
   * Makes the events available to recordings until the result is closed; several callers may do so
   * at once.
   */
  public static Use begin() {
    add(1);
    AtomicBoolean closed = new AtomicBoolean();
    return () -> {
      if (closed.compareAndSet(false, true)) {
        add(-1);
      }
    };
  }

  private static synchronized void add(int n) {
    users += n;
    Events.listen(users > 0 ? LISTENER : null);
  }

  @Override
  public void made(Tracked<Thread> goroutine, Thread thread) {
    if (START.isEnabled()) {
      GoroutineStartEvent event = new GoroutineStartEvent();
      event.goroutine = thread.threadId();
      event.label = goroutine.label();
      event.commit();
    }
  }

  @Override
  public void ended(Tracked<Thread> goroutine) {
    if (END.isEnabled()) {
      GoroutineEndEvent event = new GoroutineEndEvent();
      event.goroutine = Thread.currentThread().threadId();
      event.label = goroutine.label();
      event.lifetime = System.nanoTime() - goroutine.since();
      event.commit();
    }
  }

  @Override
  public Events.@Nullable Slice slice(Thread goroutine) {
    if (!SLICE.isEnabled()) {
      return null;
    }
    GoroutineSliceEvent event = new GoroutineSliceEvent();
    event.goroutine = goroutine.threadId();
    event.begin();
    return event;
  }

  @Override
  public Events.@Nullable Wait stopped(Thread goroutine) {
    if (!PARK.isEnabled()) {
      return null;
    }
    GoroutineParkEvent event = new GoroutineParkEvent();
    event.goroutine = goroutine.threadId();
    event.begin();
    return event;
  }

  @Override
  public void handoff(String machine, boolean inBlockingCall) {
    if (HANDOFF.isEnabled()) {
      HandoffEvent event = new HandoffEvent();
      event.machine = machine;
      event.blockingCall = inBlockingCall;
      event.commit();
    }
  }

  @Override
  public Events.@Nullable Closing connected(Events.Connection connection) {
    if (OPEN.isEnabled()) {
      ConnectionOpenEvent event = new ConnectionOpenEvent();
      event.local = text(connection.localAddress());
      event.remote = text(connection.remoteAddress());
      event.commit();
    }
    if (!CLOSE.isEnabled()) {
      return null;
    }
    ConnectionCloseEvent event = new ConnectionCloseEvent();
    event.begin();
    AtomicBoolean told = new AtomicBoolean();
    return () -> {
      if (told.compareAndSet(false, true)) {
        close(event, connection);
      }
    };
  }

  private static void close(ConnectionCloseEvent event, Events.Connection connection) {
    event.end();
    if (event.shouldCommit()) {
      event.local = text(connection.localAddress());
      event.remote = text(connection.remoteAddress());
      Events.Bytes bytes = connection.bytes();
      if (bytes != null) {
        event.received = bytes.received();
        event.acknowledged = bytes.acknowledged();
      }
      event.commit();
    }
  }

  private static @Nullable String text(@Nullable SocketAddress address) {
    return address == null ? null : address.toString();
  }
}
