package dev.weft.debug;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.Weft;
import dev.weft.chan.Chan;
import dev.weft.internal.track.Events;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RuntimeEventsTest {
  private static final List<String> ALL =
      List.of(
          "weft.GoroutineStart",
          "weft.GoroutineEnd",
          "weft.GoroutinePark",
          "weft.GoroutineSlice",
          "weft.Handoff",
          "weft.ConnectionOpen",
          "weft.ConnectionClose");

  private final Queue<RecordedEvent> events = new ConcurrentLinkedQueue<>();
  private Debug debug;
  private RecordingStream recording;

  @BeforeEach
  void record() throws Exception {
    debug = Debug.serve(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    recording = new RecordingStream();
    ALL.forEach(recording::enable);
    recording.setReuse(false);
    recording.setOrdered(false);
    recording.onEvent(events::add);
    recording.startAsync();
  }

  @AfterEach
  void end() {
    recording.close();
    debug.close();
  }

  /** The events of one kind, after the recording was stopped: all are delivered then. */
  private List<RecordedEvent> recorded(String name, Predicate<RecordedEvent> which) {
    List<RecordedEvent> found = new ArrayList<>();
    for (RecordedEvent each : events) {
      if (each.getEventType().getName().equals(name) && which.test(each)) {
        found.add(each);
      }
    }
    return found;
  }

  private static Predicate<RecordedEvent> of(Thread goroutine) {
    return event -> event.getLong("goroutine") == goroutine.threadId();
  }

  @Test
  void aGoroutinesStartNamesTheStackThatMadeItAndItsEndTheLifetime() throws Exception {
    Thread goroutine = Weft.go(() -> Weft.label("tenant-7"));
    goroutine.join();
    recording.stop();
    List<RecordedEvent> starts = recorded("weft.GoroutineStart", of(goroutine));
    assertThat(starts).hasSize(1);
    assertThat(starts.getFirst().getStackTrace().getFrames())
        .anyMatch(frame -> frame.getMethod().getType().getName().equals(getClass().getName()));
    List<RecordedEvent> ends = recorded("weft.GoroutineEnd", of(goroutine));
    assertThat(ends).hasSize(1);
    assertThat(ends.getFirst().getString("label")).isEqualTo("tenant-7");
    assertThat(ends.getFirst().getDuration("lifetime")).isPositive();
  }

  @Test
  void aParkTellsWhatTheGoroutineWaitedFor() throws Exception {
    assumeWeftsScheduler();
    Chan<String> channel = Chan.unbuffered();
    Thread goroutine =
        Weft.go(() -> {
          while (channel.receive() != null) {
            // Wait for the next.
          }
        });
    // Several times: a machine that is descheduled after a slice may note its end too late.
    for (int i = 0; i < 20; i++) {
      awaitWaiting(goroutine);
      channel.send("x");
    }
    channel.close();
    goroutine.join();
    recording.stop();
    assertThat(recorded("weft.GoroutinePark", of(goroutine)))
        .isNotEmpty()
        .allSatisfy(event -> {
          assertThat(event.getString("reason")).isEqualTo("chan receive");
          assertThat(event.getDuration())
              .isGreaterThanOrEqualTo(event.getDuration("ready"))
              .isPositive();
        });
  }

  @Test
  void everySliceIsOnAMachine() throws Exception {
    assumeWeftsScheduler();
    Thread goroutine =
        Weft.go(() -> {
          for (int i = 0; i < 10; i++) {
            Weft.yield();
          }
        });
    goroutine.join();
    recording.stop();
    assertThat(recorded("weft.GoroutineSlice", of(goroutine)))
        .hasSizeGreaterThan(1)
        .allSatisfy(event -> assertThat(event.getThread().isVirtual()).isFalse());
    assertThat(recorded("weft.GoroutinePark", of(goroutine)))
        .as("a yield is no wait")
        .hasSizeLessThan(5);
  }

  @Test
  void aHandoffNamesTheMachine() throws Exception {
    assumeWeftsScheduler();
    Thread goroutine =
        Weft.go(() ->
            Weft.blocking(() -> {
              LockSupport.parkNanos(1);
              return null;
            }));
    goroutine.join();
    recording.stop();
    assertThat(recorded("weft.Handoff", event -> event.getBoolean("blockingCall")))
        .isNotEmpty()
        .allSatisfy(event -> assertThat(event.getString("machine")).startsWith("weft-"));
  }

  @Test
  void aClosedConnectionTellsItsAddressesAndBytes() throws Exception {
    byte[] hello = "hello".getBytes(StandardCharsets.US_ASCII);
    String local;
    String remote;
    try (Listener listener = Net.listen("tcp", "127.0.0.1:0");
        Conn client = Net.dial(listener.localAddress());
        Conn server = listener.accept()) {
      local = client.localAddress().toString();
      remote = client.remoteAddress().toString();
      client.write(hello);
      for (int left = hello.length; left > 0; ) {
        left -= server.read(new byte[left]);
      }
    }
    recording.stop();
    Predicate<RecordedEvent> here =
        event -> remote.equals(event.getString("local")) && local.equals(event.getString("remote"));
    assertThat(recorded("weft.ConnectionOpen", here)).hasSize(1);
    Predicate<RecordedEvent> there =
        event -> local.equals(event.getString("local")) && remote.equals(event.getString("remote"));
    assertThat(recorded("weft.ConnectionOpen", there)).hasSize(1);
    assertThat(recorded("weft.ConnectionClose", there)).hasSize(1);
    List<RecordedEvent> closed = recorded("weft.ConnectionClose", here);
    assertThat(closed).hasSize(1);
    assertThat(closed.getFirst().getDuration()).isPositive();
    assertThat(closed.getFirst().getLong("received")).isIn(5L, -1L);
  }

  @Test
  void anEventThatNoRecordingHasEnabledIsNotMade() {
    recording.stop();
    Events.Listener listener = Events.listener();
    assertThat(listener).isNotNull();
    assertThat(listener.slice(Thread.currentThread())).isNull();
    assertThat(listener.stopped(Thread.currentThread())).isNull();
  }

  private static void assumeWeftsScheduler() {
    Assumptions.assumeTrue(Weft.info().fallbackBecause() == null, "slices are not observed here");
  }

  private static void awaitWaiting(Thread thread) throws Exception {
    eventually("it waits", () -> thread.getState() == Thread.State.WAITING);
  }
}
