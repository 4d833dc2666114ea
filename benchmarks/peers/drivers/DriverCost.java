import dev.weft.Weft;
import dev.weft.net.Dialer;
import dev.weft.net.socket.WeftSocketFactory;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import javax.net.SocketFactory;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.embedded.RedisServer;

/**
 * How many queries or commands a driver makes for a second of CPU time of its process: {@code
 * DriverCost jdbc|jedis weft|jdk PORT CALLERS CALLS}. Each caller has a connection and a thread: a
 * goroutine over Weft's sockets, a virtual thread of the JDK over the JDK's. {@code DriverCost serve
 * FILE} starts PostgreSQL and Redis, and writes their ports to the file.
 */
public final class DriverCost {
  private DriverCost() {}

  /** One call on a connection. */
  private interface Call {
    void run() throws Exception;
  }

  private interface Opener {
    Call open() throws Exception;
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("serve")) {
      serve(Path.of(arguments[1]));
      return;
    }
    boolean weft = arguments[1].equals("weft");
    int port = Integer.parseInt(arguments[2]);
    int callers = Integer.parseInt(arguments[3]);
    int calls = Integer.parseInt(arguments[4]);
    Opener opener = arguments[0].equals("jdbc") ? () -> jdbc(weft, port) : () -> jedis(weft, port);
    ThreadFactory threads = weft ? Weft.threadFactory() : Thread.ofVirtual().factory();
    List<Call> connections = new ArrayList<>();
    run(threads, 1, i -> {
      while (connections.size() < callers) {
        connections.add(opener.open());
      }
    });
    each(threads, connections, calls); // to warm up
    each(threads, connections, calls);
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long cpu = system.getProcessCpuTime();
    long begin = System.nanoTime();
    each(threads, connections, calls);
    double cpuSeconds = (system.getProcessCpuTime() - cpu) / 1e9;
    double seconds = (System.nanoTime() - begin) / 1e9;
    System.out.printf(
        "%s %s %.0f %.0f%n", arguments[0], arguments[1], calls / cpuSeconds, calls / seconds);
    System.exit(0);
  }

  private static void each(ThreadFactory threads, List<Call> connections, int calls)
      throws InterruptedException {
    run(threads, connections.size(), i -> {
      Call call = connections.get(i);
      for (int n = calls / connections.size(); n > 0; n--) {
        call.run();
      }
    });
  }

  private interface Body {
    void run(int caller) throws Exception;
  }

  private static void run(ThreadFactory threads, int callers, Body body)
      throws InterruptedException {
    CountDownLatch left = new CountDownLatch(callers);
    for (int i = 0; i < callers; i++) {
      int caller = i;
      threads
          .newThread(() -> {
            try {
              body.run(caller);
            } catch (Exception e) {
              e.printStackTrace();
              System.exit(1);
            }
            left.countDown();
          })
          .start();
    }
    left.await();
  }

  private static Call jdbc(boolean weft, int port) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("user", "postgres");
    if (weft) {
      properties.setProperty("socketFactory", WeftSocketFactory.class.getName());
    }
    Connection connection =
        DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", properties);
    PreparedStatement statement = connection.prepareStatement("select ?::int + 1");
    return () -> {
      statement.setInt(1, 41);
      try (ResultSet result = statement.executeQuery()) {
        if (!result.next() || result.getInt(1) != 42) {
          throw new AssertionError("another answer");
        }
      }
    };
  }

  private static Call jedis(boolean weft, int port) {
    SocketFactory factory = Dialer.DEFAULT.socketFactory();
    Jedis jedis =
        weft
            ? new Jedis(() -> {
              try {
                return factory.createSocket("127.0.0.1", port);
              } catch (IOException e) {
                throw new JedisConnectionException(e);
              }
            })
            : new Jedis("127.0.0.1", port);
    jedis.set("key", "value");
    return () -> {
      if (!"value".equals(jedis.get("key"))) {
        throw new AssertionError("another answer");
      }
    };
  }

  private static void serve(Path ports) throws Exception {
    EmbeddedPostgres postgres = EmbeddedPostgres.builder().setServerConfig("fsync", "off").start();
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      port = socket.getLocalPort();
    }
    RedisServer redis =
        RedisServer.newRedisServer().port(port).bind("127.0.0.1").setting("save \"\"").build();
    redis.start();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    redis.stop();
                    postgres.close();
                  } catch (IOException e) {
                    e.printStackTrace();
                  }
                }));
    Files.writeString(ports, postgres.getPort() + " " + port + "\n");
    new CountDownLatch(1).await();
  }
}
