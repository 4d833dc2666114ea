package dev.weft.internal.poll.pipe;

import dev.weft.internal.poll.Endpoint;
import dev.weft.internal.poll.ListenTransport;
import dev.weft.internal.poll.Poller;
import dev.weft.internal.poll.StreamFd;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Accepts pipes: dialling threads add the ends of the accepting side. There is a limited number of
 * places for ends that have not been accepted; threads that find none wait in turn.
 */
public final class PipeListener extends ListenTransport {
  private final Endpoint endpoint;

  // Guarded by the monitor.
  private final Queue<StreamFd> waiting = new ArrayDeque<>();
  private final Queue<Place> dialling = new ArrayDeque<>();
  private int freePlaces;
  private boolean closed;

  /**
   * A dialling thread's place for one end. The thread is unparked when it is given one or refused.
   *
   * <pre>
   *   waiting --another place is freed--> held --offer--> the end's, until it is accepted
   *   waiting --the listener closes--> refused            held --leave--> freed
   *   waiting --leave--> removed
   * </pre>
   *
   * Held and refused are decided: the thread reads {@code decided} again after each park.
   */
  public final class Place {
    private final Thread thread = Thread.currentThread();
    private volatile boolean decided;

    // Guarded by the monitor.
    private boolean held;

    private Place() {}

    /** Reports whether {@link #offer} may be called. */
    public boolean isDecided() {
      return decided;
    }

    /** Adds the end of the accepting side; returns false when the listener is closed. */
    public boolean offer(StreamFd end) {
      synchronized (PipeListener.this) {
        if (closed) {
          return false;
        }
        held = false; // It is the end's from now on.
        waiting.add(end);
      }
      poll.signalRead();
      return true;
    }

    /** Passes the place on, unless there is an end in it. */
    public void leave() {
      Place next;
      synchronized (PipeListener.this) {
        dialling.remove(this);
        next = held ? freePlace() : null;
        held = false;
      }
      wake(next);
    }
  }

  /**
   * @param network the name of the network in messages
   * @param places how many ends may wait to be accepted
   */
  public PipeListener(Poller poller, String network, SocketAddress address, int places) {
    super(poller.newMemoryPollDesc());
    endpoint = new PipeEndpoint(network, address, null);
    freePlaces = places;
  }

  /** Asks for a place for the calling thread, which has to call {@link Place#leave} at the end. */
  public synchronized Place reserve() {
    Place place = new Place();
    if (closed) {
      place.decided = true;
    } else if (freePlaces > 0) {
      freePlaces--;
      place.held = true;
      place.decided = true;
    } else {
      dialling.add(place);
    }
    return place;
  }

  /**
   * Frees a place: gives it to the thread that has waited longest, and returns that thread's entry,
   * for the caller to wake it. Called with the monitor held.
   */
  private @Nullable Place freePlace() {
    Place next = dialling.poll();
    if (next == null) {
      freePlaces++;
    } else {
      next.held = true;
      next.decided = true;
    }
    return next;
  }

  private static void wake(@Nullable Place place) {
    if (place != null) {
      LockSupport.unpark(place.thread);
    }
  }

  @Override
  protected Endpoint endpoint() {
    return endpoint;
  }

  @Override
  protected @Nullable StreamFd tryAccept() {
    poll.consumeRead();
    StreamFd end;
    Place next;
    synchronized (this) {
      end = waiting.poll();
      next = end == null ? null : freePlace();
    }
    wake(next);
    return end;
  }

  /** Refuses further ends. */
  @Override
  protected void beginClose() {
    List<Place> refused;
    synchronized (this) {
      closed = true;
      refused = List.copyOf(dialling);
      dialling.clear();
      refused.forEach(place -> place.decided = true);
    }
    refused.forEach(PipeListener::wake);
  }

  /** Resets the connections that were not accepted, as the kernel does. */
  @Override
  protected void close() {
    for (StreamFd end; (end = tryAccept()) != null; ) {
      end.abort();
    }
  }

  // It listens from its creation on, so these are never called.

  @Override
  protected int bind(SocketAddress address) {
    throw new UnsupportedOperationException("a listener for pipes is bound already");
  }

  @Override
  protected int listen(int backlog) {
    throw new UnsupportedOperationException("a listener for pipes listens already");
  }
}
