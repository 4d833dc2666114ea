package dev.weft.programs;

import static dev.weft.programs.Report.require;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;
import redis.embedded.RedisServer;

/** Jedis with its pool. */
final class RedisProgram implements Program {
  private static final String LOCALHOST = "127.0.0.1";
  private static final int POOL = 16;
  private static final int CLIENTS = 64;

  private static RedisServer start(int port) throws IOException {
    RedisServer server =
        RedisServer.newRedisServer().port(port).bind(LOCALHOST).setting("save \"\"").build();
    server.start();
    return server;
  }

  private static RedisClient pool(int port) {
    ConnectionPoolConfig config = new ConnectionPoolConfig();
    config.setMaxTotal(POOL);
    config.setMaxIdle(POOL);
    return RedisClient.builder().hostAndPort(LOCALHOST, port).poolConfig(config).build();
  }

  @Override
  public AutoCloseable serve(int port) throws Exception {
    int redisPort = Ports.free();
    RedisServer server = start(redisPort);
    RedisClient pool = pool(redisPort);
    pool.set("greeting", Pages.HELLO);
    AutoCloseable http =
        JdkHttpProgram.serve(port, () -> pool.get("greeting").getBytes(StandardCharsets.US_ASCII));
    return () -> {
      http.close();
      pool.close();
      server.stop();
    };
  }

  @Override
  public void check(Report report) throws Exception {
    int port = Ports.free();
    RedisServer server = start(port);
    try (RedisClient pool = pool(port)) {
      report.check("many threads share a pool", () -> share(pool));
      report.check("values of megabytes", () -> large(pool));
      report.check("a pipeline", () -> pipeline(port));
      report.check("a blocking pop with a time-out", () -> pop(port));
      report.check("publish and subscribe", () -> subscribe(port));
    } finally {
      server.stop();
    }
  }

  private static void share(RedisClient pool) throws Exception {
    Crowd.run(
        CLIENTS,
        number -> {
          for (int i = 0; i < 50; i++) {
            pool.set("key" + number, "value" + i);
            require(pool.get("key" + number).equals("value" + i), "another value");
            pool.incr("count");
          }
        });
    require(pool.get("count").equals(Integer.toString(CLIENTS * 50)), "lost increments");
  }

  private static void large(RedisClient pool) throws Exception {
    Crowd.run(
        POOL,
        number -> {
          String value = Integer.toString(number).repeat(1 << 20);
          pool.set("large" + number, value);
          require(pool.get("large" + number).equals(value), "another value");
        });
  }

  private static void pipeline(int port) {
    try (Jedis jedis = new Jedis(LOCALHOST, port);
        var pipeline = jedis.pipelined()) {
      List<Response<Long>> all = new ArrayList<>();
      for (int i = 0; i < 5000; i++) {
        all.add(pipeline.incr("pipelined"));
      }
      pipeline.sync();
      require(all.getLast().get() == 5000, "another count");
    }
  }

  private static void pop(int port) throws InterruptedException {
    try (Jedis waiting = new Jedis(LOCALHOST, port);
        Jedis pushing = new Jedis(LOCALHOST, port)) {
      require(waiting.blpop(0.2, "list") == null, "an element of an empty list");
      Thread pusher = Thread.startVirtualThread(() -> pushing.rpush("list", "element"));
      require(waiting.blpop(30.0, "list").getValue().equals("element"), "another element");
      pusher.join();
    }
  }

  private static void subscribe(int port) throws InterruptedException {
    try (Jedis subscriber = new Jedis(LOCALHOST, port);
        Jedis publisher = new Jedis(LOCALHOST, port)) {
      CountDownLatch subscribed = new CountDownLatch(1);
      CountDownLatch received = new CountDownLatch(1000);
      JedisPubSub listener =
          new JedisPubSub() {
            @Override
            public void onSubscribe(String channel, int count) {
              subscribed.countDown();
            }

            @Override
            public void onMessage(String channel, String message) {
              received.countDown();
            }
          };
      Thread reader = Thread.startVirtualThread(() -> subscriber.subscribe(listener, "news"));
      subscribed.await();
      for (int i = 0; i < 1000; i++) {
        publisher.publish("news", "message");
      }
      received.await();
      listener.unsubscribe();
      reader.join();
    }
  }
}
