package dev.weft.cli.proxy.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.Weft;
import dev.weft.chan.Chan;
import dev.weft.chan.ChanClosedException;
import dev.weft.cli.proxy.forward.Ending;
import dev.weft.cli.proxy.forward.Session;
import dev.weft.cli.proxy.targets.Target;
import java.io.Closeable;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
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
import org.jspecify.annotations.Nullable;

/**
 * Writes a line for each connection that has ended, in logfmt. Safe for use by any number of
 * threads.
 *
 * <p>A goroutine of its own writes the lines, so that a slow disk holds up no connection. When it
 * falls far behind, lines are dropped; the next line tells how many.
 */
public final class AccessLog implements Closeable {
  /** The name of the standard output in place of a file. */
  public static final Path STANDARD_OUTPUT = Path.of("-");

  private static final System.Logger LOG = System.getLogger("dev.weft.cli");

  /** So many lines may wait for the disk. */
  private static final int BACKLOG = 8192;

  /** Opens the file for writing at its end. */
  @FunctionalInterface
  interface Opening {
    OutputStream open(Path file) throws IOException;
  }

  private final Path file;
  private final Opening opening;
  private final Chan<String> lines = Chan.buffered(BACKLOG);
  private final LongAdder dropped = new LongAdder();
  private final Thread writer;

  /** Null after a failed attempt to open the file: the next lines try again. */
  private @Nullable OutputStream out;

  private volatile boolean reopen;

  /** Whether the last lines were lost; used by the writer alone. */
  private boolean isFailing;

  /** Appends to the file, which is made if it is not there, or to {@link #STANDARD_OUTPUT}. */
  public AccessLog(Path file) throws IOException {
    this(file, AccessLog::open);
  }

  AccessLog(Path file, Opening opening) throws IOException {
    this.file = file;
    this.opening = opening;
    out = opening.open(file);
    writer = Weft.go("proxy access log", this::writeAll);
  }

  static OutputStream open(Path file) throws IOException {
    return file.equals(STANDARD_OUTPUT) ? new StandardOutput() : openFile(file);
  }

  private static OutputStream openFile(Path file) throws IOException {
    return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /**
   * Stays open when the log is closed: the process writes other lines to it. Not {@code
   * System.out}, which hides failures.
   */
  private static final class StandardOutput extends FileOutputStream {
    StandardOutput() {
      super(FileDescriptor.out);
    }

    @Override
    public void close() {}
  }

  /** Opens the file anew with the next line: after a program has moved it away. */
  public void reopen() {
    reopen = true;
  }

  public void write(Session session, Ending ending) {
    try {
      if (!lines.trySend(line(session, ending))) {
        dropped.increment();
      }
    } catch (ChanClosedException e) {
      // The proxy has stopped, and cut this connection off.
    } catch (OutOfMemoryError e) {
      dropped.increment();
    }
  }

  private static String line(Session session, Ending ending) {
    Target target = session.target();
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - session.startedAt());
    String failure = session.failure();
    return "time="
        + Instant.now().truncatedTo(ChronoUnit.MILLIS)
        + " client="
        + Addresses.text(session.source())
        + " target="
        + (target == null ? "-" : target.toString())
        + " ms="
        + millis
        + " sent="
        + session.sent()
        + " received="
        + session.received()
        + TlsFields.of(session)
        + (failure == null ? "" : " error=" + quoted(failure))
        + " end="
        + ending
        + '\n';
  }

  /** As logfmt has it. Control characters, which a peer may have sent, become spaces. */
  private static String quoted(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return '"' + line.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private void writeAll() throws InterruptedException {
    while (writeNext()) {
      // until it is closed
    }
  }

  /**
   * Waits for lines and writes all that there are; when that fails, the next ones tell how many
   * were lost.
   *
   * @return false when there will be no more
   */
  private boolean writeNext() throws InterruptedException {
    int taken = 0;
    long lost = 0;
    try {
      String line = lines.receive();
      if (line == null) {
        return false; // closed
      }
      StringBuilder batch = new StringBuilder();
      for (; line != null; line = lines.tryReceive()) {
        taken++;
        batch.append(line);
      }
      lost = dropped.sumThenReset();
      if (lost > 0) {
        batch.append("dropped=").append(lost).append('\n');
      }
      byte[] bytes = batch.toString().getBytes(UTF_8);
      Weft.blocking(() -> {
        append(bytes);
        return true;
      });
      isFailing = false;
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      dropped.add(taken + lost);
      if (!isFailing) { // once, and not for each batch of lines while a disk is full
        log(e);
      }
      isFailing = true;
    }
    return true;
  }

  private void log(Throwable failure) {
    try {
      LOG.log(Level.WARNING, "lines of the access log " + file + " are lost for now: " + failure);
    } catch (OutOfMemoryError e) {
      // There is no memory for a log entry either.
    }
  }

  /** For the writer alone. */
  private void append(byte[] bytes) throws IOException {
    if (reopen) {
      reopen = false;
      closeFile();
    }
    OutputStream to = out == null ? opening.open(file) : out;
    out = to;
    to.write(bytes);
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
    closeFile();
  }

  private void closeFile() throws IOException {
    OutputStream before = out;
    out = null;
    if (before != null) {
      before.close();
    }
  }
}
