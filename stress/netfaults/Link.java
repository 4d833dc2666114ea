import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The link to the server: what it loses, delays and reorders. Controlled through two FIFOs, see wire.c. */
final class Link {
  static final String NOTHING = "0 0 0";
  static final String BLACK_HOLE = "0 100 0";

  private static OutputStream wire;
  private static InputStream answers;

  private Link() {}

  static void open(Path fifo, Path answersFifo) throws IOException {
    wire = Files.newOutputStream(fifo);
    answers = Files.newInputStream(answersFifo);
  }

  /** Sets delay in milliseconds, loss and reordering in percent; returns when that is so. */
  static void set(String settings) throws IOException {
    wire.write((settings + "\n").getBytes(StandardCharsets.US_ASCII));
    answers.read();
  }
}
