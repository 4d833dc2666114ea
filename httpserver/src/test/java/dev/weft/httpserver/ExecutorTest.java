package dev.weft.httpserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.weft.Weft;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that wait for the executor of a server when their client leaves. */
@Timeout(180)
class ExecutorTest {
  private final ExecutorService one = Executors.newSingleThreadExecutor();
  private final Queue<String> handled = new ConcurrentLinkedQueue<>();
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final CountDownLatch begun = new CountDownLatch(1);
  private HttpServer server;

  @AfterEach
  void close() throws Exception {
    goOn.countDown();
    server.stop(0);
    one.shutdown();
    assertThat(one.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
  }

  private void start(Executor executor) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(executor);
    server.createContext(
        "/",
        exchange -> {
          handled.add(exchange.getRequestURI().getPath());
          begun.countDown();
          try {
            goOn.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          byte[] answer = "ok".getBytes(UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
  }

  private Socket ask(String path) throws IOException {
    Socket client = new Socket(server.getAddress().getAddress(), server.getAddress().getPort());
    String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    client.getOutputStream().write(request.getBytes(UTF_8));
    return client;
  }

  private static String answer(Socket client) throws IOException {
    return new String(client.getInputStream().readAllBytes(), UTF_8);
  }

  private static void reset(Socket client) throws SocketException, IOException {
    client.setSoLinger(true, 0);
    client.close();
  }

  private static long goroutines() {
    return Weft.stats().goroutines().live();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(1);
    }
  }

  @Test
  void aRequestWhoseClientHasResetTheConnectionIsNotHandled() throws Exception {
    start(one);
    try (Socket first = ask("/first")) {
      begun.await();
      long before = goroutines();
      Socket second = ask("/second");
      await(() -> goroutines() > before);
      reset(second);
      await(() -> goroutines() <= before);
      try (Socket third = ask("/third")) {
        goOn.countDown();
        assertThat(answer(first)).endsWith("ok");
        assertThat(answer(third)).endsWith("ok");
      }
    }
    assertThat(handled).containsExactly("/first", "/third");
  }

  @Test
  void aClientThatOnlyEndsItsSendingIsAnswered() throws Exception {
    start(one);
    try (Socket first = ask("/first")) {
      begun.await();
      try (Socket second = ask("/second")) {
        second.shutdownOutput();
        goOn.countDown();
        assertThat(answer(first)).endsWith("ok");
        assertThat(answer(second)).endsWith("ok");
      }
    }
    assertThat(handled).containsExactly("/first", "/second");
  }

  @Test
  void aHandlerThatHasBegunIsWaitedFor() throws Exception {
    start(one);
    Socket first = ask("/first");
    begun.await();
    reset(first);
    try (Socket second = ask("/second")) {
      goOn.countDown();
      assertThat(answer(second)).endsWith("ok");
    }
    assertThat(handled).containsExactly("/first", "/second");
  }

  @Test
  void requestsThatTheExecutorDroppedEndWithTheServer() throws Exception {
    long before = goroutines();
    CountDownLatch dropped = new CountDownLatch(1);
    start(task -> dropped.countDown());
    try (Socket client = ask("/dropped")) {
      dropped.await();
      server.stop(0);
      await(() -> goroutines() <= before);
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(handled).isEmpty();
  }
}
