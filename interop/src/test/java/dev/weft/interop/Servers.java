package dev.weft.interop;

import static org.junit.jupiter.api.Assumptions.abort;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import redis.embedded.RedisServer;

/** Starts the servers of the tests; where one does not start, the test is skipped and says why. */
final class Servers {
  private Servers() {}

  /** A folder for a Unix socket, which a server that runs as another user may write to. */
  static Path socketFolder() throws IOException {
    Path folder = Files.createTempDirectory("weft");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    return folder;
  }

  static EmbeddedPostgres postgres(Path socketFolder) {
    try {
      return EmbeddedPostgres.builder()
          .setServerConfig("unix_socket_directories", socketFolder.toString())
          .setServerConfig("fsync", "off")
          .start();
    } catch (IOException | RuntimeException e) {
      return abort("no PostgreSQL server of io.zonky.test.postgres starts here: " + e);
    }
  }

  static RedisServer redis(int port, Path socket) {
    try {
      RedisServer server =
          RedisServer.newRedisServer()
              .port(port)
              .bind("127.0.0.1")
              .setting("unixsocket " + socket)
              .setting("save \"\"")
              .build();
      server.start();
      return server;
    } catch (IOException | RuntimeException e) {
      return abort("no Redis server of embedded-redis starts here: " + e);
    }
  }

  /** A port that is free now. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }
}
