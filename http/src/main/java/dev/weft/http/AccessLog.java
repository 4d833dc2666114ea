package dev.weft.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a line for each request when its handler has returned: also the user whose credentials
 * {@link BasicAuth#middleware} has allowed. Requests that the server refuses itself (a head that is
 * malformed, too long or too slow, a Content-Length beyond the limit) come to no handler, and have
 * no line.
 *
 * <pre>{@code
 * HttpServer.start(":8080", AccessLog.combined(System.out::println).wrap(router));
 * }</pre>
 *
 * <p>Text from the client is escaped, so that it cannot forge lines. The receiver is called
 * concurrently, in the goroutines of the requests. What it throws is logged, and changes no
 * response.
 */
public final class AccessLog {
  private static final System.Logger LOG = System.getLogger("dev.weft.http");

  private static final DateTimeFormatter COMMON_TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
          .withZone(ZoneId.systemDefault());

  /** The values of one line. */
  private interface Format {
    void append(StringBuilder line, Request request, int status, long bytes, long nanos);
  }

  private AccessLog() {}

  /** The Common Log Format of NCSA and Apache. */
  public static Middleware common(Consumer<? super String> lines) {
    return logging(AccessLog::appendCommon, lines);
  }

  /** The Combined Log Format: the Common Log Format followed by Referer and User-Agent. */
  public static Middleware combined(Consumer<? super String> lines) {
    return logging(AccessLog::appendCombined, lines);
  }

  /** One JSON object per line, with the duration in microseconds. */
  public static Middleware json(Consumer<? super String> lines) {
    return logging(AccessLog::appendJson, lines);
  }

  private static Middleware logging(Format format, Consumer<? super String> lines) {
    return next ->
        (request, response) -> {
          long begin = System.nanoTime();
          try {
            next.handle(request, response);
          } catch (Throwable e) {
            try {
              writeFailed(format, lines, request, response, e, begin);
            } catch (Error logging) {
              e.addSuppressed(logging);
            }
            throw e;
          }
          write(format, lines, request, response.status(), response.bytesWritten(), begin);
        };
  }

  /** Writes the line before the server sends the response for the failure. */
  private static void writeFailed(
      Format format,
      Consumer<? super String> lines,
      Request request,
      Response response,
      Throwable failure,
      long begin) {
    if (response.isCommitted()) {
      write(format, lines, request, response.status(), response.bytesWritten(), begin);
    } else {
      HttpException answer = HttpException.of(failure);
      write(format, lines, request, answer.status(), answer.body().getBytes(UTF_8).length, begin);
    }
  }

  /** A receiver that fails must not change what the client gets. */
  private static void write(
      Format format,
      Consumer<? super String> lines,
      Request request,
      int status,
      long written,
      long begin) {
    try {
      StringBuilder line = new StringBuilder(200);
      boolean bodiless = request.method().equals("HEAD") || status == 204 || status == 304;
      long bytes = bodiless ? 0 : written;
      format.append(line, request, status, bytes, System.nanoTime() - begin);
      lines.accept(line.toString());
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a line of the access log was lost", e);
    }
  }

  private static void appendCommon(
      StringBuilder line, Request request, int status, long bytes, long nanos) {
    String client = request.clientAddress();
    // A proxy may report another identifier than an address.
    appendWord(line, client);
    line.append(" - ");
    String user = request.attribute(BasicAuth.USER);
    appendWord(line, user == null ? "" : user);
    line.append(" [").append(COMMON_TIME.format(Instant.now())).append("] \"");
    escape(line, request.method() + " " + request.target() + " " + request.protocol(), false);
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

  private static void appendCombined(
      StringBuilder line, Request request, int status, long bytes, long nanos) {
    appendCommon(line, request, status, bytes, nanos);
    for (String name : new String[] {"Referer", "User-Agent"}) {
      String value = request.header(name);
      line.append(" \"");
      escape(line, value == null ? "-" : value, false);
      line.append('"');
    }
  }

  private static void appendJson(
      StringBuilder line, Request request, int status, long bytes, long nanos) {
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

  private static void field(StringBuilder line, String name, @Nullable String value) {
    if (value != null) {
      line.append('"').append(name).append("\":\"");
      escape(line, value, true);
      line.append("\",");
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
