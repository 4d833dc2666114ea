package dev.weft.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.Weft;
import dev.weft.net.Dialer;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionFactory;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.providers.PooledConnectionProvider;
import redis.embedded.RedisServer;

/** Redis through Jedis, which is given a factory of Weft's sockets. */
@Timeout(120)
class RedisTest {
  private static Path folder;
  private static int port;
  private static RedisServer redis;

  enum Transport {
    TCP,
    UNIX;

    JedisSocketFactory sockets() {
      SocketFactory factory =
          this == TCP
              ? Dialer.DEFAULT.socketFactory()
              : Dialer.DEFAULT.socketFactory(UnixDomainSocketAddress.of(socketPath()));
      return () -> {
        try {
          return factory.createSocket("127.0.0.1", port);
        } catch (IOException e) {
          throw new JedisConnectionException(e);
        }
      };
    }

    Jedis connect() {
      return new Jedis(sockets());
    }
  }

  private static Path socketPath() {
    return folder.resolve("redis.sock");
  }

  @BeforeAll
  static void start() throws IOException {
    folder = Servers.socketFolder();
    port = Servers.freePort();
    redis = Servers.redis(port, socketPath());
  }

  @AfterAll
  static void stop() throws IOException {
    if (redis != null) {
      redis.stop();
    }
    Files.deleteIfExists(socketPath());
    Files.deleteIfExists(folder);
  }

  @ParameterizedTest
  @EnumSource
  void valuesAreSetAndGot(Transport transport) {
    try (Jedis jedis = transport.connect()) {
      assertThat(jedis.ping()).isEqualTo("PONG");
      byte[] large = new byte[2_000_000];
      large[1_999_999] = 9;
      jedis.set("large".getBytes(UTF_8), large);
      assertThat(jedis.get("large".getBytes(UTF_8))).isEqualTo(large);
    }
  }

  @ParameterizedTest
  @EnumSource
  void commandsArePipelined(Transport transport) {
    try (Jedis jedis = transport.connect()) {
      jedis.del("pipelined");
      List<Response<Long>> answers = new ArrayList<>();
      try (Pipeline pipeline = jedis.pipelined()) {
        for (int i = 0; i < 10_000; i++) {
          answers.add(pipeline.incr("pipelined"));
        }
      }
      assertThat(answers.getLast().get()).isEqualTo(10_000);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPoolSharesConnectionsAmongGoroutines(Transport transport) throws Exception {
    JedisClientConfig config = DefaultJedisClientConfig.builder().build();
    var connections =
        new PooledConnectionProvider(new ConnectionFactory(transport.sockets(), config));
    String counter = "counter-" + transport;
    try (UnifiedJedis jedis = new UnifiedJedis(connections, 1, Duration.ofSeconds(60))) {
      jedis.del(counter);
      Goroutines.run(
          100,
          () -> {
            for (int i = 0; i < 20; i++) {
              jedis.incr(counter);
            }
            return null;
          });
      assertThat(jedis.get(counter)).isEqualTo("2000");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCommandThatBlocksMeetsTheSocketTimeout(Transport transport) {
    JedisClientConfig config =
        DefaultJedisClientConfig.builder().blockingSocketTimeoutMillis(50).build();
    try (Jedis jedis = new Jedis(transport.sockets(), config)) {
      assertThatThrownBy(() -> jedis.blpop(0, "nothing-comes"))
          .isInstanceOf(JedisConnectionException.class)
          .hasRootCauseInstanceOf(SocketTimeoutException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void subscribersReceiveWhatIsPublished(Transport transport) throws Exception {
    var received = new LinkedBlockingQueue<String>();
    var subscribed = new CountDownLatch(1);
    var subscriber =
        new JedisPubSub() {
          @Override
          public void onSubscribe(String channel, int count) {
            subscribed.countDown();
          }

          @Override
          public void onMessage(String channel, String message) {
            received.add(message);
            unsubscribe();
          }
        };
    Thread listening =
        Weft.go(() -> {
          try (Jedis jedis = transport.connect()) {
            jedis.subscribe(subscriber, "news");
          }
        });
    assertThat(subscribed.await(60, TimeUnit.SECONDS)).isTrue();
    try (Jedis jedis = transport.connect()) {
      assertThat(jedis.publish("news", "hello")).isEqualTo(1);
    }
    assertThat(received.poll(60, TimeUnit.SECONDS)).isEqualTo("hello");
    listening.join();
  }

  @ParameterizedTest
  @EnumSource
  void closingEndsABlockedCommand(Transport transport) throws Exception {
    try (Jedis jedis = transport.connect()) {
      Connection connection = jedis.getConnection();
      Thread blocked =
          Weft.go(() ->
              assertThatThrownBy(() -> jedis.blpop(0, "nothing-comes-either"))
                  .isInstanceOf(JedisConnectionException.class));
      try (Jedis watching = transport.connect()) {
        while (!watching.info("clients").contains("blocked_clients:1")) {
          Thread.onSpinWait();
        }
      }
      connection.forceDisconnect();
      assertThat(blocked.join(Duration.ofSeconds(60))).isTrue();
    }
  }
}
