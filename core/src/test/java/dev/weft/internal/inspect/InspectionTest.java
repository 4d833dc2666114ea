package dev.weft.internal.inspect;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.Weft;
import dev.weft.chan.Chan;
import dev.weft.chan.Select;
import dev.weft.internal.track.Tracking;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.UdpConn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("contract")
final class InspectionTest {
  private Tracking.Use tracking;

  @BeforeEach
  void track() {
    tracking = Tracking.begin(true);
  }

  @AfterEach
  void untrack() {
    tracking.close();
  }

  private static Goroutine find(Thread thread) {
    List<Goroutine> found = new ArrayList<>();
    Inspection.goroutines(goroutine -> {
      if (goroutine.thread() == thread) {
        found.add(goroutine);
      }
    });
    return found.isEmpty() ? null : found.getFirst();
  }

  private static Descriptor find(String text) {
    List<Descriptor> found = new ArrayList<>();
    Inspection.descriptors(descriptor -> {
      if (descriptor.toString().equals(text)) {
        found.add(descriptor);
      }
    });
    return found.isEmpty() ? null : found.getFirst();
  }

  private static void awaitReason(Thread thread, String reason) throws Exception {
    eventually(thread + " waits for " + reason, () -> reason.equals(Inspection.waitReason(thread)));
  }

  @Test
  void aGoroutineIsListedFromItsStartToItsEnd() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    Thread thread = Weft.go(end::await);
    eventually("listed", () -> find(thread) != null);
    Goroutine listed = find(thread);
    assertThat(listed.creator()).isEqualTo(Thread.currentThread().threadId());
    assertThat(listed.site().toString()).contains("aGoroutineIsListedFromItsStartToItsEnd");
    end.countDown();
    thread.join();
    assertThat(find(thread)).isNull();
  }

  @Test
  void labelsAreInherited() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    Thread[] child = new Thread[1];
    CountDownLatch made = new CountDownLatch(1);
    Thread parent =
        Weft.go(() -> {
          Weft.label("tenant-7");
          child[0] = Weft.go(end::await);
          Weft.label(null);
          made.countDown();
          end.await();
        });
    made.await();
    eventually("the child runs", () -> find(child[0]) != null);
    assertThat(find(child[0]).label()).isEqualTo("tenant-7");
    assertThat(find(parent).label()).isNull();
    end.countDown();
    parent.join();
    child[0].join();
  }

  @Test
  void channelOperationsAndSleepsSayWhatTheyWaitFor() throws Exception {
    Chan<String> empty = Chan.unbuffered();
    Chan<String> full = Chan.unbuffered();
    Thread receiver = Weft.go(empty::receive);
    Thread sender = Weft.go(() -> full.send("x"));
    Chan<String> a = Chan.unbuffered();
    Chan<String> b = Chan.unbuffered();
    Thread selecting = Weft.go(() -> Select.select(Select.receive(a), Select.receive(b)));
    Thread sleeper = Weft.go(() -> Weft.sleep(Duration.ofDays(1)));
    awaitReason(receiver, "chan receive");
    awaitReason(sender, "chan send");
    awaitReason(selecting, "select of 2");
    awaitReason(sleeper, "sleep");
    for (Thread each : List.of(receiver, sender, selecting, sleeper)) {
      each.interrupt();
      each.join();
    }
  }

  @Test
  void socketOperationsSayWhatTheyWaitFor() throws Exception {
    try (Listener listener = Net.listen("tcp", "127.0.0.1:0");
        UdpConn datagrams = Net.listenPacket("udp", "127.0.0.1:0")) {
      Thread acceptor = Weft.go(listener::accept);
      awaitReason(acceptor, "accept " + listener);
      Thread receiver = Weft.go(() -> datagrams.read(new byte[1]));
      awaitReason(receiver, "read " + datagrams);
      try (Conn conn = Net.dial("tcp", listener.localAddress().toString().substring(1))) {
        acceptor.join();
        Thread reader = Weft.go(() -> conn.read(new byte[1]));
        awaitReason(reader, "read " + conn);
        Thread writer =
            Weft.go(() -> {
              byte[] piece = new byte[1 << 20];
              while (true) {
                conn.write(piece);
              }
            });
        awaitReason(writer, "write " + conn);
        conn.close();
        reader.join();
        writer.join();
      }
      datagrams.close();
      receiver.join();
    }
  }

  @Test
  void descriptorsAreListedUntilTheyAreClosed() throws Exception {
    Listener listener = Net.listen("tcp", "127.0.0.1:0");
    String name = listener.toString();
    Descriptor found = find(name);
    assertThat(found.kind()).isEqualTo(Descriptor.Kind.LISTENER);
    assertThat(found.network()).isEqualTo("tcp");
    assertThat(found.localAddress()).isEqualTo(listener.localAddress());
    assertThat(found.site().toString()).contains("descriptorsAreListedUntilTheyAreClosed");
    listener.close();
    assertThat(find(name)).isNull();
  }

  @Test
  void nothingIsTrackedWhileNoToolWantsIt() throws Exception {
    tracking.close();
    assertThat(Tracking.isOn()).isFalse();
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch running = new CountDownLatch(1);
    Thread thread =
        Weft.go(() -> {
          running.countDown();
          end.await();
        });
    running.await();
    assertThat(find(thread)).isNull();
    end.countDown();
    thread.join();
  }

  /** Depends on {@code -Djdk.trackAllThreads=false}: the JDK holds every virtual thread else. */
  @Test
  void aGoroutineThatNothingCanWakeIsLost() throws Exception {
    long id = startLeaked();
    List<Long> lost = new ArrayList<>();
    eventually(
        "goroutine " + id + " is collected",
        () -> {
          System.gc();
          Inspection.lostGoroutines(entry -> {
            if (entry.site().toString().contains("startLeaked")) {
              lost.add(entry.creator());
            }
          });
          return !lost.isEmpty();
        });
    assertThat(lost).containsExactly(Thread.currentThread().threadId());
  }

  private static long startLeaked() throws Exception {
    Chan<String> nobodySends = Chan.unbuffered();
    Thread thread = Weft.go(nobodySends::receive);
    awaitReason(thread, "chan receive");
    return thread.threadId();
  }
}
