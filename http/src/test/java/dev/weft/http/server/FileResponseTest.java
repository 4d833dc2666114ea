package dev.weft.http.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.http.CapturedLog;
import dev.weft.http.TestServer;
import dev.weft.io.FileHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as bodies of responses, written by handlers. */
@Tag("contract")
class FileResponseTest {
  private static final String REQUEST = "GET / HTTP/1.0\r\n\r\n";

  @TempDir Path folder;

  /** Around the size from which on the kernel moves the bytes. */
  private FileHandle fileOf(int length) throws Exception {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) ('a' + i % 26);
    }
    Path path = folder.resolve("file");
    Files.write(path, bytes);
    return FileHandle.open(path);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, (32 << 10) - 1, 32 << 10, 200_000})
  void aPartIsSentWithoutTheFilesPosition(int length) throws Exception {
    try (FileHandle file = fileOf(length + 10);
        TestServer server =
            new TestServer((_, response) -> {
              response.contentLength(2L * length);
              response.write(file, 5, length);
              response.write(file, 5, length);
            })) {
      file.seek(3);
      String part =
          new String(Files.readAllBytes(file.path()), ISO_8859_1).substring(5, 5 + length);
      assertThat(server.exchange(REQUEST)).endsWith("\r\n\r\n" + part + part);
      assertThat(file.position()).isEqualTo(3);
    }
  }

  @Test
  void whatIsWrittenFromThePositionMovesIt() throws Exception {
    try (FileHandle file = fileOf(10);
        TestServer server =
            new TestServer((_, response) -> {
              response.write(file, 2);
              response.write(file, 3);
            })) {
      assertThat(server.exchange(REQUEST)).endsWith("\r\n\r\nabcde");
      assertThat(file.position()).isEqualTo(5);
    }
  }

  @Test
  void aShortFileWithFewerBytesThanPromisedFailsTheRequestOnly() throws Exception {
    try (FileHandle file = fileOf(5);
        CapturedLog log = new CapturedLog("dev.weft.http");
        TestServer server =
            new TestServer((_, response) -> response.contentLength(9).write(file, 0, 9))) {
      assertThat(server.exchange(REQUEST)).startsWith("HTTP/1.1 500 ");
      assertThat(log.messages()).anyMatch(message -> message.contains("ended 4 bytes before"));
    }
  }

  @Test
  void aLongFileWithFewerBytesThanPromisedEndsTheConnection() throws Exception {
    try (FileHandle file = fileOf(100_000);
        TestServer server =
            new TestServer(
                (_, response) -> response.contentLength(100_001).write(file, 0, 100_001));
        TestServer.Client client = server.dial()) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      String answer = client.readAll();
      assertThat(answer).startsWith("HTTP/1.1 200 ").contains("Content-Length: 100001\r\n");
      assertThat(answer.length() - answer.indexOf("\r\n\r\n") - 4).isEqualTo(100_000);
    }
  }
}
