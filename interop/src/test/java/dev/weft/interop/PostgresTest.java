package dev.weft.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.weft.net.socket.UnixSocketFactory;
import dev.weft.net.socket.WeftSocketFactory;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.StringReader;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** PostgreSQL through its JDBC driver, which makes its sockets with a factory of Weft's. */
@Timeout(120)
class PostgresTest {
  private static Path folder;
  private static EmbeddedPostgres postgres;

  enum Transport {
    TCP,
    UNIX;

    Properties properties() {
      Properties properties = new Properties();
      properties.setProperty("user", "postgres");
      if (this == TCP) {
        properties.setProperty("socketFactory", WeftSocketFactory.class.getName());
      } else {
        properties.setProperty("socketFactory", UnixSocketFactory.class.getName());
        properties.setProperty(
            "socketFactoryArg", folder.resolve(".s.PGSQL." + postgres.getPort()).toString());
      }
      return properties;
    }

    Connection connect() throws SQLException {
      return DriverManager.getConnection(url(), properties());
    }
  }

  private static String url() {
    return "jdbc:postgresql://localhost:" + postgres.getPort() + "/postgres";
  }

  @BeforeAll
  static void start() throws Exception {
    folder = Servers.socketFolder();
    postgres = Servers.postgres(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    if (postgres != null) {
      postgres.close();
    }
    Files.deleteIfExists(folder);
  }

  @ParameterizedTest
  @EnumSource
  void theServerSeesTheKindOfSocket(Transport transport) throws Exception {
    try (Connection connection = transport.connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("select host(inet_client_addr())")) {
      assertThat(result.next()).isTrue();
      assertThat(result.getString(1) == null).isEqualTo(transport == Transport.UNIX);
    }
  }

  @ParameterizedTest
  @EnumSource
  void largeValuesPassBothWays(Transport transport) throws Exception {
    byte[] large = new byte[3_000_000];
    new Random(1).nextBytes(large);
    try (Connection connection = transport.connect();
        PreparedStatement echo = connection.prepareStatement("select ?::bytea, length(?)")) {
      echo.setBytes(1, large);
      echo.setBytes(2, large);
      try (ResultSet result = echo.executeQuery()) {
        assertThat(result.next()).isTrue();
        assertThat(result.getBytes(1)).isEqualTo(large);
        assertThat(result.getInt(2)).isEqualTo(large.length);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void rowsAreCopiedIn(Transport transport) throws Exception {
    try (Connection connection = transport.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("create temporary table copied (n int)");
      StringBuilder rows = new StringBuilder();
      for (int i = 0; i < 50_000; i++) {
        rows.append(i).append('\n');
      }
      long copied =
          connection
              .unwrap(PGConnection.class)
              .getCopyAPI()
              .copyIn("copy copied from stdin", new StringReader(rows.toString()));
      assertThat(copied).isEqualTo(50_000);
      try (ResultSet sum = statement.executeQuery("select sum(n) from copied")) {
        assertThat(sum.next()).isTrue();
        assertThat(sum.getLong(1)).isEqualTo(50_000L * 49_999 / 2);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPoolSharesConnectionsAmongGoroutines(Transport transport) throws Exception {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url());
    config.setDataSourceProperties(transport.properties());
    config.setMaximumPoolSize(8);
    try (HikariDataSource pool = new HikariDataSource(config)) {
      try (Connection connection = pool.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("drop table if exists counted");
        statement.execute("create table counted (n int)");
      }
      Goroutines.run(
          100,
          () -> {
            for (int i = 0; i < 10; i++) {
              try (Connection connection = pool.getConnection();
                  PreparedStatement insert =
                      connection.prepareStatement("insert into counted values (?)")) {
                insert.setInt(1, i);
                insert.executeUpdate();
              }
            }
            return null;
          });
      assertThat(pool.getHikariPoolMXBean().getTotalConnections()).isLessThanOrEqualTo(8);
      try (Connection connection = pool.getConnection();
          Statement statement = connection.createStatement();
          ResultSet count = statement.executeQuery("select count(*), sum(n) from counted")) {
        assertThat(count.next()).isTrue();
        assertThat(count.getInt(1)).isEqualTo(1000);
        assertThat(count.getInt(2)).isEqualTo(4500);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSlowQueryMeetsTheSocketTimeout(Transport transport) throws Exception {
    try (Connection connection = transport.connect();
        Statement statement = connection.createStatement()) {
      connection.setNetworkTimeout(Runnable::run, 100); // the socket's, once it is logged in
      assertThatThrownBy(() -> statement.execute("select pg_sleep(100)"))
          .hasRootCauseInstanceOf(SocketTimeoutException.class);
      assertThat(connection.isClosed()).isTrue();
    }
  }

  @Test
  void aQueryIsCancelledOverAConnectionOfItsOwn() throws Exception {
    try (Connection connection = Transport.TCP.connect();
        Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(1);
      assertThatThrownBy(() -> statement.execute("select pg_sleep(100)"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("canceling statement");
      statement.setQueryTimeout(0);
      assertThat(statement.execute("select 1")).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void notificationsArriveWithoutAQuery(Transport transport) throws Exception {
    try (Connection listening = transport.connect();
        Connection sending = transport.connect();
        Statement listen = listening.createStatement();
        Statement notify = sending.createStatement()) {
      listen.execute("listen news");
      PGConnection driver = listening.unwrap(PGConnection.class);
      assertThat(driver.getNotifications(10)).isEmpty();
      notify.execute("notify news, 'hello'");
      PGNotification[] received = driver.getNotifications(60_000);
      assertThat(received).extracting(PGNotification::getParameter).containsExactly("hello");
    }
  }
}
