package dev.weft.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.http.internal.log.RefusedRequests;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a line for each request when its handler has returned, with the user whose credentials
 * {@link BasicAuth#middleware} has allowed.
 *
 * <pre>{@code
 * HttpServer.builder().accessLog(AccessLog.combined(System.out::println)).handler(router)
 * }</pre>
 *
 * <p>As the log of a server it also has the requests that the server refuses before a handler could
 * see them: a head that is malformed, too long or too slow, a Content-Length beyond the limit, a
 * connection beyond {@code connections}. As {@link Middleware} it has the requests of the handler
 * that it wraps.
 *
 * <p>Text from the client is escaped, so that it cannot forge lines. The receiver is called
 * concurrently, in the goroutines of the requests. What it throws is logged, and changes no
 * response.
 */
public final class AccessLog implements Middleware {
  private static final System.Logger LOG = System.getLogger("dev.weft.http");

  private static final DateTimeFormatter COMMON_TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
          .withZone(ZoneId.systemDefault());

  static {
    RefusedRequests.supply(
        new RefusedRequests() {
          @Override
          protected void writeTo(Object log, String client, String begin, int status, long bytes) {
            ((AccessLog) log).refused(client, begin, status, bytes);
          }
        });
  }

  /** The values of one line. */
  private interface Format {
    void append(StringBuilder line, Request request, int status, long bytes, long nanos);

    void appendRefused(StringBuilder line, String client, String begin, int status, long bytes);
  }

  private final Format format;
  private final Consumer<? super String> lines;

  private AccessLog(Format format, Consumer<? super String> lines) {
    this.format = format;
    this.lines = lines;
  }

  /** The Common Log Format of NCSA and Apache. */
  public static AccessLog common(Consumer<? super String> lines) {
    return new AccessLog(new Text(false), lines);
  }

  /** The Combined Log Format: the Common Log Format followed by Referer and User-Agent. */
  public static AccessLog combined(Consumer<? super String> lines) {
    return new AccessLog(new Text(true), lines);
  }

  /** One JSON object per line, with the duration in microseconds. */
  public static AccessLog json(Consumer<? super String> lines) {
    return new AccessLog(new Json(), lines);
  }

  @Override
  public Handler wrap(Handler next) {
    return (request, response) -> {
      long begin = System.nanoTime();
      try {
        next.handle(request, response);
      } catch (Throwable e) {
        try {
          writeFailed(request, response, e, begin);
        } catch (Error logging) {
          e.addSuppressed(logging);
        }
        throw e;
      }
      write(request, response.status(), response.bytesWritten(), begin);
    };
  }

  /** Writes the line before the server sends the response for the failure. */
  private void writeFailed(Request request, Response response, Throwable failure, long begin) {
    if (response.isCommitted()) {
      write(request, response.status(), response.bytesWritten(), begin);
    } else {
      HttpException answer = HttpException.of(failure);
      write(request, answer.status(), answer.body().getBytes(UTF_8).length, begin);
    }
  }

  private void write(Request request, int status, long written, long begin) {
    boolean bodiless = request.method().equals("HEAD") || status == 204 || status == 304;
    long bytes = bodiless ? 0 : written;
    long nanos = System.nanoTime() - begin;
    write(line -> format.append(line, request, status, bytes, nanos));
  }

  private void refused(String client, String begin, int status, long bytes) {
    write(line -> format.appendRefused(line, client, begin, status, bytes));
  }

  /** A receiver that fails must not change what the client gets. */
  private void write(Consumer<StringBuilder> values) {
    try {
      StringBuilder line = new StringBuilder(200);
      values.accept(line);
      lines.accept(line.toString());
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a line of the access log was lost", e);
    }
  }

  /** The formats of Apache. */
  private record Text(boolean combined) implements Format {
    @Override
    public void append(StringBuilder line, Request request, int status, long bytes, long nanos) {
      String user = request.attribute(BasicAuth.USER);
      appendCommon(
          line,
          request.clientAddress(),
          user == null ? "" : user,
          request.method() + " " + request.target() + " " + request.protocol(),
          status,
          bytes);
      if (combined) {
        appendQuoted(line, request.header("Referer"));
        appendQuoted(line, request.header("User-Agent"));
      }
    }

    @Override
    public void appendRefused(
        StringBuilder line, String client, String begin, int status, long bytes) {
      appendCommon(line, client, "", begin.isEmpty() ? "-" : begin, status, bytes);
      if (combined) {
        appendQuoted(line, null);
        appendQuoted(line, null);
      }
    }

    private static void appendCommon(
        StringBuilder line, String client, String user, String request, int status, long bytes) {
      // A proxy may report another identifier than an address.
      appendWord(line, client);
      line.append(" - ");
      appendWord(line, user);
      line.append(" [").append(COMMON_TIME.format(Instant.now())).append("] \"");
      escape(line, request, false);
      line.append("\" ").append(status).append(' ');
      if (bytes == 0) {
        line.append('-');
      } else {
        line.append(bytes);
      }
    }

    /** Appends text without spaces, which separate the values of a line. */
    private static void appendWord(StringBuilder line, String text) {
      escape(line, text.isEmpty() ? "-" : text.replace(' ', '_'), false);
    }

    private static void appendQuoted(StringBuilder line, @Nullable String value) {
      line.append(" \"");
      escape(line, value == null ? "-" : value, false);
      line.append('"');
    }
  }

  private record Json() implements Format {
    @Override
    public void append(StringBuilder line, Request request, int status, long bytes, long nanos) {
      line.append('{');
      field(line, "time", Instant.now().toString());
      field(line, "client", request.clientAddress());
      field(line, "user", request.attribute(BasicAuth.USER));
      field(line, "method", request.method());
      field(line, "host", request.host());
      field(line, "target", request.target());
      field(line, "protocol", request.protocol());
      field(line, "referer", request.header("Referer"));
      field(line, "userAgent", request.header("User-Agent"));
      line.append("\"status\":").append(status).append(",\"bytes\":").append(bytes);
      line.append(",\"micros\":").append(TimeUnit.NANOSECONDS.toMicros(nanos)).append('}');
    }

    @Override
    public void appendRefused(
        StringBuilder line, String client, String begin, int status, long bytes) {
      line.append('{');
      field(line, "time", Instant.now().toString());
      field(line, "client", client);
      field(line, "refused", begin);
      line.append("\"status\":").append(status).append(",\"bytes\":").append(bytes).append('}');
    }

    private static void field(StringBuilder line, String name, @Nullable String value) {
      if (value != null) {
        line.append('"').append(name).append("\":\"");
        escape(line, value, true);
        line.append("\",");
      }
    }
  }

  private static void escape(StringBuilder line, String text, boolean json) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        line.append('\\').append(c);
      } else if (c >= ' ' && c < 0x7f) {
        line.append(c);
      } else {
        line.append(String.format(json ? "\\u%04x" : "\\x%02x", (int) c));
      }
    }
  }
}
