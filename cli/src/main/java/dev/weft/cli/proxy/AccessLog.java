package dev.weft.cli.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.Weft;
import dev.weft.chan.Chan;
import dev.weft.chan.ChanClosedException;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Writes a line for each connection that has ended, in logfmt. Safe for use by any number of
 * threads.
 *
 * <p>A goroutine of its own writes the lines, so that a slow disk holds up no connection. When it
 * falls far behind, lines are dropped; the next line tells how many.
 */
public final class AccessLog implements Closeable {
  private static final System.Logger LOG = System.getLogger("dev.weft.cli");

  /** So many lines may wait for the disk. */
  private static final int BACKLOG = 8192;

  private final Path file;
  private final Chan<String> lines = Chan.buffered(BACKLOG);
  private final LongAdder dropped = new LongAdder();
  private final Thread writer;
  private OutputStream out;
  private volatile boolean reopen;

  /** Appends to the file, which is made if it is not there. */
  public AccessLog(Path file) throws IOException {
    this.file = file;
    out = open(file);
    writer = Weft.go("proxy access log", this::writeAll);
  }

  private static OutputStream open(Path file) throws IOException {
    return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** Opens the file anew with the next line: after a program has moved it away. */
  public void reopen() {
    reopen = true;
  }

  void write(Session session, Ending ending) {
    try {
      if (!lines.trySend(line(session, ending))) {
        dropped.increment();
      }
    } catch (ChanClosedException e) {
      // The proxy has stopped, and cut this connection off.
    }
  }

  private static String line(Session session, Ending ending) {
    Target target = session.target();
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - session.startedAt);
    return "time="
        + Instant.now().truncatedTo(ChronoUnit.MILLIS)
        + " client="
        + Addresses.text(session.source())
        + " target="
        + (target == null ? "-" : target.toString())
        + " ms="
        + millis
        + " sent="
        + session.sent.get()
        + " received="
        + session.received.get()
        + TlsFields.of(session)
        + " end="
        + ending
        + '\n';
  }

  private void writeAll() throws InterruptedException {
    StringBuilder batch = new StringBuilder();
    while (true) {
      String line = lines.receive();
      if (line == null) {
        return; // closed
      }
      for (; line != null; line = lines.tryReceive()) {
        batch.append(line);
      }
      long lost = dropped.sumThenReset();
      if (lost > 0) {
        batch.append("dropped=").append(lost).append('\n');
      }
      write(batch.toString());
      batch.setLength(0);
    }
  }

  private void write(String text) {
    try {
      out = Weft.blocking(() -> append(text));
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the access log " + file + " cannot be written", e);
    }
  }

  /** Returns the stream that it has written to. */
  private OutputStream append(String text) throws IOException {
    OutputStream to = out;
    if (reopen) {
      reopen = false;
      to.close();
      to = open(file);
    }
    to.write(text.getBytes(UTF_8));
    return to;
  }

  /** Writes what waits, and closes the file. */
  @Override
  public void close() throws IOException {
    lines.close();
    try {
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    out.close();
  }
}
