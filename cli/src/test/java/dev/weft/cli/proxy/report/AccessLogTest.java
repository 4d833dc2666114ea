package dev.weft.cli.proxy.report;

import static dev.weft.cli.proxy.ProxyTester.eventually;
import static dev.weft.cli.proxy.ProxyTester.passesAll;
import static dev.weft.cli.proxy.ProxyTester.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.proxy.ProxyTester;
import dev.weft.cli.proxy.forward.TcpProxy;
import dev.weft.net.Conn;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The access log when its file cannot be written for a while. */
class AccessLogTest {
  private final ProxyTester tester = new ProxyTester();

  @AfterEach
  void close() throws Exception {
    tester.close();
  }

  /** A file whose first writes fail, in turn by the disk and for want of memory. */
  private static final class FailingFile extends ByteArrayOutputStream {
    private final AtomicInteger writes = new AtomicInteger();

    @Override
    public void write(byte[] bytes) throws IOException {
      switch (writes.incrementAndGet()) {
        case 1 -> throw new IOException("on purpose");
        case 2 -> throw new OutOfMemoryError("on purpose");
        default -> super.write(bytes);
      }
    }
  }

  @Test
  void linesThatCouldNotBeWrittenAreCounted() throws Exception {
    List<String> warnings = warnings();
    FailingFile file = new FailingFile();
    AccessLog log = new AccessLog(Path.of("access.log"), _ -> file);
    TcpProxy proxy = tester.proxy(settings("", tester.echo()), log);
    for (int i = 1; i <= 3; i++) {
      passesAll(ProxyTester.address(proxy));
      int writes = i;
      eventually("the log is written", () -> file.writes.get() == writes);
    }
    log.close();
    assertThat(file.toString(StandardCharsets.UTF_8).lines().toList())
        .hasSize(2)
        .first()
        .asString()
        .endsWith(" end=done");
    assertThat(file.toString(StandardCharsets.UTF_8)).endsWith("\ndropped=2\n");
    assertThat(warnings)
        .as("one for both failures")
        .singleElement()
        .asString()
        .contains("access.log", "on purpose");
  }

  /** The warnings of the command about access logs from now on. */
  private List<String> warnings() {
    List<String> warnings = new CopyOnWriteArrayList<>();
    Logger logger = Logger.getLogger("dev.weft.cli");
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            if (record.getMessage().contains("access log")) {
              warnings.add(record.getMessage());
            }
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    logger.addHandler(handler);
    tester.closing(() -> logger.removeHandler(handler));
    return warnings;
  }

  @Test
  void aLineSaysWhyNothingWasForwarded(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("access.log");
    AccessLog log = new AccessLog(file);
    TcpProxy strict = tester.proxy(settings("--accept-proxy", tester.echo()), log);
    try (Conn conn = tester.dial(strict)) {
      conn.write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      eventually("it is refused", () -> Files.readAllLines(file).size() == 1);
    }
    TcpProxy idle = tester.proxy(settings("", "127.0.0.1:1"), log);
    try {
      tester.dial(idle);
    } catch (SocketException e) {
      // reset before it was told that it is connected
    }
    eventually("it is reset", () -> Files.readAllLines(file).size() == 2);
    log.close();
    assertThat(Files.readAllLines(file))
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .matches(".* error=\"read tcp .*header of the PROXY.*\" end=bad-header"),
            line ->
                assertThat(line)
                    .endsWith(
                        " error=\"no target connects: dial tcp 127.0.0.1:1: connection refused\" end=no-target"));
  }

  @Test
  void aFileThatCannotBeOpenedAnewIsTriedAgain(@TempDir Path folder) throws Exception {
    Path file = Files.createDirectory(folder.resolve("logs")).resolve("access.log");
    AtomicInteger opened = new AtomicInteger();
    AccessLog log =
        new AccessLog(
            file,
            path -> {
              try {
                return AccessLog.open(path);
              } finally {
                opened.incrementAndGet();
              }
            });
    TcpProxy proxy = tester.proxy(settings("", tester.echo()), log);
    Path moved = Files.move(file.getParent(), folder.resolve("moved"));
    log.reopen();
    passesAll(ProxyTester.address(proxy));
    eventually("it is opened in vain", () -> opened.get() == 2);
    Files.createDirectory(file.getParent());
    passesAll(ProxyTester.address(proxy));
    // A connection's line comes after its end.
    eventually("it is opened", () -> opened.get() == 3);
    log.close();
    assertThat(moved.resolve("access.log")).isEmptyFile();
    assertThat(Files.readString(file)).endsWith("\ndropped=1\n");
  }
}
