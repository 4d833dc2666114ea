import dev.weft.io.CopyException;
import java.io.IOException;
import java.time.Duration;

/** What became of a call, in words. */
final class Outcome {
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private Outcome() {}

  interface Call {
    void call() throws IOException;
  }

  /** The system's words for the failure of a call. */
  static String failure(Call call) {
    try {
      call.call();
      return "no failure";
    } catch (IOException e) {
      return words(e);
    }
  }

  static String words(IOException e) {
    Throwable cause = e instanceof CopyException ? e.getCause() : e;
    return cause.getMessage().replaceFirst(".*: ", "");
  }
}
