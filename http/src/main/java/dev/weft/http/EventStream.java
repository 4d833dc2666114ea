package dev.weft.http;

import dev.weft.context.CancellableContext;
import dev.weft.context.Context;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A response of server-sent events (the WHATWG's HTML standard, 9.2), for a browser's {@code
 * EventSource}.
 *
 * <pre>{@code
 * router.get("/clock", (request, response) -> {
 *   var events = EventStream.open(request, response);
 *   do {
 *     events.send(LocalTime.now().toString());
 *   } while (events.pause(Duration.ofSeconds(1)));
 * });
 * }</pre>
 *
 * <p>Each event is sent at once. For use by one thread at a time.
 */
public final class EventStream {
  private static final Pattern LINE_END = Pattern.compile("\r\n|\r|\n");

  private final Response response;
  private final Context context;
  private final Context stopping;

  /** Cancelled when either of them is. */
  private final CancellableContext ended;

  private final @Nullable String lastEventId;

  private EventStream(Request request, Response response) {
    this.response = response;
    context = request.context();
    stopping = request.stopping();
    lastEventId = request.header("Last-Event-ID");
    ended = context.withCancel();
    stopping.onCancel(ended::cancel);
  }

  /** Begins the response and sends its head. */
  public static EventStream open(Request request, Response response) throws IOException {
    response.type("text/event-stream").header("Cache-Control", "no-store");
    response.flush();
    return new EventStream(request, response);
  }

  /**
   * Returns the id of the last event that a reconnecting client has received; null for a new
   * client.
   */
  public @Nullable String lastEventId() {
    return lastEventId;
  }

  /** Sends an event of the default type; the data may have several lines, all of which arrive. */
  public void send(String data) throws IOException {
    send(null, null, data);
  }

  /**
   * Sends an event.
   *
   * @param type the name that the client listens for; null for the default
   * @param id the value of {@link #lastEventId} when the client reconnects; null for none
   * @throws IllegalArgumentException when the type or the id has more than one line
   */
  public void send(@Nullable String type, @Nullable String id, String data) throws IOException {
    StringBuilder text = new StringBuilder();
    field(text, "event", type);
    field(text, "id", id);
    lines(text, "data", data);
    write(text.append('\n'));
  }

  /** Appends a field for each line; a line end at the end is followed by an empty line. */
  private static void lines(StringBuilder into, String name, String text) {
    for (String line : LINE_END.split(text, -1)) {
      into.append(name).append(": ").append(line).append('\n');
    }
  }

  private static void field(StringBuilder text, String name, @Nullable String value) {
    if (value != null) {
      if (value.chars().anyMatch(c -> c == '\n' || c == '\r' || c == 0)) {
        throw new IllegalArgumentException("an event's " + name + " of more than one line");
      }
      text.append(name).append(": ").append(value).append('\n');
    }
  }

  /**
   * Sends a comment, which the client ignores, so that proxies do not close the connection as idle.
   */
  public void comment(String text) throws IOException {
    StringBuilder comment = new StringBuilder();
    lines(comment, "", text);
    write(comment.append('\n'));
  }

  /** Tells the client how long to wait before it connects again. */
  public void retry(Duration time) throws IOException {
    write(new StringBuilder("retry: ").append(time.toMillis()).append("\n\n"));
  }

  private void write(StringBuilder text) throws IOException {
    response.write(text.toString().getBytes(StandardCharsets.UTF_8));
    response.flush();
  }

  /**
   * Reports whether neither the client is known to have disconnected nor the server is stopping.
   */
  public boolean isOpen() {
    return !context.isCancelled() && !stopping.isCancelled();
  }

  /**
   * Waits for this time, or until the client disconnects or the server stops.
   *
   * @return {@link #isOpen}
   */
  public boolean pause(Duration time) throws InterruptedException {
    try (CancellableContext pause = ended.withTimeout(time)) {
      Objects.requireNonNull(pause.done()).receive();
    }
    return isOpen();
  }
}
