package dev.weft.programs;

import static dev.weft.programs.Report.require;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** PostgreSQL's JDBC driver with HikariCP. */
final class PostgresProgram implements Program {
  private static final int POOL = 8;
  private static final int CLIENTS = 64;

  private static EmbeddedPostgres start() throws IOException {
    return EmbeddedPostgres.builder().setServerConfig("fsync", "off").start();
  }

  private static HikariDataSource pool(EmbeddedPostgres server) {
    HikariConfig config = new HikariConfig();
    config.setDataSource(server.getPostgresDatabase());
    config.setMaximumPoolSize(POOL);
    config.setConnectionTimeout(TimeUnit.SECONDS.toMillis(30));
    return new HikariDataSource(config);
  }

  @Override
  public AutoCloseable serve(int port) throws Exception {
    EmbeddedPostgres server = start();
    HikariDataSource pool = pool(server);
    AutoCloseable http = JdkHttpProgram.serve(port, () -> greeting(pool));
    return () -> {
      http.close();
      pool.close();
      server.close();
    };
  }

  private static byte[] greeting(DataSource pool) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement select = connection.prepareStatement("select ?")) {
      select.setString(1, Pages.HELLO);
      try (ResultSet rows = select.executeQuery()) {
        rows.next();
        return rows.getString(1).getBytes(StandardCharsets.US_ASCII);
      }
    }
  }

  @Override
  public void check(Report report) throws Exception {
    try (EmbeddedPostgres server = start();
        HikariDataSource pool = pool(server)) {
      report.check("many threads share a pool", () -> share(pool));
      report.check("rows of several megabytes", () -> large(pool));
      report.check("a query that takes too long is cancelled", () -> cancel(pool));
      report.check("an exhausted pool times out", () -> exhaust(server));
      report.check("notifications with a time-out", () -> listen(pool));
      report.check("contended updates", () -> update(pool));
    }
  }

  private static void share(DataSource pool) throws Exception {
    Crowd.run(
        CLIENTS,
        number -> {
          for (int i = 0; i < 20; i++) {
            try (Connection connection = pool.getConnection();
                PreparedStatement sum = connection.prepareStatement("select ?::int + ?::int")) {
              sum.setInt(1, number);
              sum.setInt(2, i);
              try (ResultSet rows = sum.executeQuery()) {
                require(rows.next() && rows.getInt(1) == number + i, "another sum");
              }
            }
          }
        });
  }

  private static void large(DataSource pool) throws Exception {
    Crowd.run(
        POOL,
        number -> {
          String text = Integer.toString(number).repeat(2 << 20);
          try (Connection connection = pool.getConnection();
              PreparedStatement echo = connection.prepareStatement("select ?")) {
            echo.setString(1, text);
            try (ResultSet rows = echo.executeQuery()) {
              require(rows.next() && rows.getString(1).equals(text), "another text");
            }
          }
        });
  }

  private static void cancel(DataSource pool) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(1);
      statement.execute("select pg_sleep(60)");
      throw new AssertionError("slept for a minute");
    } catch (SQLException e) {
      require("57014".equals(e.getSQLState()), "another failure: " + e);
    }
  }

  private static void exhaust(EmbeddedPostgres server) throws SQLException {
    HikariConfig config = new HikariConfig();
    config.setDataSource(server.getPostgresDatabase());
    config.setMaximumPoolSize(1);
    config.setConnectionTimeout(300);
    try (HikariDataSource small = new HikariDataSource(config)) {
      try (Connection _ = small.getConnection()) {
        small.getConnection().close();
        throw new AssertionError("two connections");
      } catch (SQLTransientConnectionException e) {
        require(e.toString().contains("not available"), "another failure: " + e);
      }
      small.getConnection().close();
    }
  }

  private static void listen(DataSource pool) throws SQLException {
    try (Connection listener = pool.getConnection();
        Connection notifier = pool.getConnection();
        Statement listen = listener.createStatement();
        Statement notify = notifier.createStatement()) {
      listen.execute("listen events");
      PGConnection events = listener.unwrap(PGConnection.class);
      PGNotification[] none = events.getNotifications(100);
      require(none == null || none.length == 0, "a notification of another");
      notify.execute("notify events, 'first'");
      PGNotification[] some = events.getNotifications(30_000);
      require(some != null && some[0].getParameter().equals("first"), "no notification");
      listen.execute("unlisten events");
    }
  }

  private static void update(DataSource pool) throws Exception {
    try (Connection connection = pool.getConnection();
        Statement create = connection.createStatement()) {
      create.execute("create table counter (value int)");
      create.execute("insert into counter values (0)");
    }
    Crowd.run(
        CLIENTS,
        _ -> {
          try (Connection connection = pool.getConnection();
              Statement add = connection.createStatement()) {
            connection.setAutoCommit(false);
            add.executeUpdate("update counter set value = value + 1");
            connection.commit();
            connection.setAutoCommit(true);
          }
        });
    try (Connection connection = pool.getConnection();
        Statement select = connection.createStatement();
        ResultSet rows = select.executeQuery("select value from counter")) {
      require(rows.next() && rows.getInt(1) == CLIENTS, "lost updates");
    }
  }
}
