package dev.weft.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weft.bench.model.HttpExchange;
import dev.weft.internal.sys.NativeAccess;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The generator against servers that do well and servers that do not. */
class GeneratorTest {
  private static final long LONG = Duration.ofSeconds(60).toNanos();
  private final ServerSocket listener;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger mostOpen = new AtomicInteger();

  GeneratorTest() throws IOException {
    listener = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
  }

  @BeforeEach
  void systemCalls() {
    assumeThat(NativeAccess.unavailableBecause()).as("system calls can be made").isNull();
  }

  @AfterEach
  void close() throws IOException {
    listener.close();
  }

  private interface Handler {
    void serve(Socket socket) throws IOException;
  }

  private void serve(Handler handler) {
    Thread.ofVirtual()
        .start(() -> {
          while (!listener.isClosed()) {
            try {
              Socket socket = listener.accept();
              mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
              Thread.ofVirtual().start(() -> serveAndClose(handler, socket));
            } catch (IOException e) {
              return;
            }
          }
        });
  }

  private void serveAndClose(Handler handler, Socket socket) {
    try (socket) {
      handler.serve(socket);
      open.decrementAndGet();
    } catch (IOException e) {
      open.decrementAndGet();
    }
  }

  private static void readHead(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    int line = 0;
    for (int b; (b = in.read()) >= 0; ) {
      line = b == '\n' ? 0 : b == '\r' ? line : line + 1;
      if (b == '\n' && line == 0 && in.available() == 0) {
        return;
      }
    }
  }

  private Plan plan(Workload workload, int clients, int requests) {
    return new Plan(listener.getLocalPort(), workload, 10, clients, requests, LONG, 0, LONG, 3);
  }

  private static Outcome run(Plan plan) throws IOException {
    try (Generator generator = new Generator(plan, done -> {}, () -> false)) {
      return generator.run();
    }
  }

  @Test
  void countsWhatIsAnsweredInFullAndNeverHasMoreUnderWayThanToldTo() throws Exception {
    serve(socket -> {
      readHead(socket);
      socket.getOutputStream().write(HttpExchange.response(10, true));
    });
    Outcome outcome = run(plan(Workload.SHORT, 7, 200));
    assertThat(outcome.completed()).isEqualTo(200);
    assertThat(outcome.failures()).isEmpty();
    assertThat(Latencies.decode(outcome.latencies()).getTotalCount()).isEqualTo(200);
    assertThat(mostOpen).hasValueLessThanOrEqualTo(7 + 7); // the server hears of an end late
  }

  @Test
  void noticesOneWrongByte() throws Exception {
    byte[] wrong = HttpExchange.response(10, true);
    wrong[wrong.length - 1]++;
    serve(socket -> {
      readHead(socket);
      socket.getOutputStream().write(wrong);
    });
    Outcome outcome = run(plan(Workload.SHORT, 2, 10));
    assertThat(outcome.completed()).isZero();
    assertThat(outcome.failures()).containsOnlyKeys(Failure.WRONG_ANSWER);
    assertThat(outcome.failed()).isEqualTo(10);
  }

  @Test
  void noticesAnAnswerThatEndsTooEarlyOrTooLate() throws Exception {
    AtomicBoolean early = new AtomicBoolean(true);
    byte[] right = HttpExchange.response(10, true);
    serve(socket -> {
      readHead(socket);
      socket.getOutputStream().write(right, 0, right.length - (early.get() ? 1 : 0));
      if (!early.get()) {
        socket.getOutputStream().write("!".getBytes(US_ASCII));
      }
    });
    assertThat(run(plan(Workload.SHORT, 1, 5)).failures())
        .containsOnlyKeys(Failure.CLOSED_EARLY)
        .containsValue(5L);
    early.set(false);
    Outcome outcome = run(plan(Workload.SHORT, 1, 5));
    assertThat(outcome.completed()).isZero();
    assertThat(outcome.failed()).isEqualTo(5);
  }

  @Test
  void countsRefusedConnections() throws Exception {
    listener.close();
    Outcome outcome = run(plan(Workload.SHORT, 3, 9));
    assertThat(outcome.failures()).containsOnlyKeys(Failure.CONNECT_REFUSED).containsValue(9L);
  }

  @Test
  void givesUpInTimeAndCountsTheWait() throws Exception {
    serve(socket -> {
      InputStream in = socket.getInputStream();
      while (in.read() >= 0) {
        // and never an answer
      }
    });
    long timeout = Duration.ofMillis(1).toNanos();
    Plan plan = new Plan(listener.getLocalPort(), Workload.ECHO, 8, 1, 2, LONG, 0, timeout, 1);
    Outcome outcome = run(plan);
    assertThat(outcome.completed()).isZero();
    assertThat(outcome.failed()).isEqualTo(2);
  }

  @Test
  void stopsWhenTold() throws Exception {
    serve(socket -> {
      readHead(socket);
      socket.getOutputStream().write(HttpExchange.response(10, true));
    });
    AtomicInteger asked = new AtomicInteger();
    try (Generator generator =
        new Generator(
            plan(Workload.SHORT, 1, Integer.MAX_VALUE),
            done -> {},
            () -> asked.incrementAndGet() > 500)) {
      Outcome outcome = generator.run();
      assertThat(outcome.stopped()).isTrue();
      assertThat(outcome.failed()).isZero();
    }
  }

  @Test
  void aFixedRateGoesOnWhetherAnsweredOrNot() throws Exception {
    serve(socket -> {
      InputStream in = socket.getInputStream();
      byte[] message = new byte[10];
      while (in.readNBytes(message, 0, 10) == 10) {
        socket.getOutputStream().write(message);
      }
    });
    Plan plan = new Plan(listener.getLocalPort(), Workload.ECHO, 10, 4, 100, LONG, 10_000, LONG, 1);
    Outcome outcome = run(plan);
    assertThat(outcome.completed()).isEqualTo(100);
    assertThat(outcome.notBegun()).isZero();
  }
}
