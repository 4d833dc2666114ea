package dev.weft.net;

import dev.weft.Weft;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Many connections to one place, a goroutine for each. */
final class Crowd {
  /** So that a burst does not outrun the backlog. */
  private static final int DIALS_AT_ONCE = 64;

  private final List<Conn> conns = new ArrayList<>();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  /** Dials {@code count} times. */
  static Crowd connect(String address, int count) throws Exception {
    var crowd = new Crowd();
    var places = new Semaphore(DIALS_AT_ONCE);
    crowd.each(
        count,
        i -> {
          places.acquire();
          try {
            Conn conn = Net.dial("tcp", address);
            synchronized (crowd.conns) {
              crowd.conns.add(conn);
            }
          } finally {
            places.release();
          }
        });
    return crowd;
  }

  int size() {
    return conns.size();
  }

  /** Sends a message over every connection, and reads it back. */
  void talk() throws Exception {
    each(
        conns.size(),
        i -> {
          byte[] message = Integer.toString(1_000_000 + i).getBytes();
          conns.get(i).write(message);
          if (!new String(Bytes.readFully(conns.get(i), message.length))
              .equals(new String(message))) {
            throw new AssertionError("an answer to another connection");
          }
        });
  }

  /** Closes all: one half in order, the other with a reset, which also leaves no TIME_WAIT. */
  void leave() throws Exception {
    each(
        conns.size(),
        i -> {
          try (Conn conn = conns.get(i)) {
            if (i % 2 == 0) {
              conn.closeWrite();
              if (conn.read(new byte[1]) != -1) {
                throw new AssertionError("bytes after the end");
              }
            } else {
              conn.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
          }
        });
    conns.clear();
  }

  private interface Part {
    void run(int i) throws Exception;
  }

  private void each(int count, Part part) throws Exception {
    var left = new CountDownLatch(count);
    for (int i = 0; i < count; i++) {
      int me = i;
      Weft.go(() -> {
        try {
          part.run(me);
        } catch (Throwable e) {
          failure.compareAndSet(null, e);
        } finally {
          left.countDown();
        }
      });
    }
    left.await();
    if (failure.get() != null) {
      throw new AssertionError("one of " + count + " failed: " + failure.get(), failure.get());
    }
  }

  /** Echoes on all connections, until the listener is closed. Counts the open ones. */
  static void serve(TcpListener listener, AtomicInteger present) throws IOException {
    try {
      while (true) {
        Conn conn = listener.accept();
        present.incrementAndGet();
        Weft.go(() -> {
          try (conn) {
            byte[] buffer = new byte[64];
            for (int n; (n = conn.read(buffer)) != -1; ) {
              conn.write(buffer, 0, n);
            }
          } catch (SocketException reset) {
            // how every second one leaves
          } finally {
            present.decrementAndGet();
          }
        });
      }
    } catch (ClosedChannelException e) {
      // the end
    }
  }
}
