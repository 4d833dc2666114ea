package dev.weft.debug;

import static dev.weft.testing.Eventually.eventually;

import dev.weft.testing.Chromium;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Chromium without a window that shows one page, steered through its DevTools protocol. */
final class Browser implements AutoCloseable {
  private static final Pattern PORT = Pattern.compile("DevTools listening on ws://[^:]+:(\\d+)/");
  private static final Pattern SOCKET =
      Pattern.compile("\"webSocketDebuggerUrl\": *\"(ws://[^\"]+)\"");

  /** Possessive: otherwise matching a long text takes as many stack frames as it has characters. */
  private static final Pattern VALUE = Pattern.compile("\"value\": *\"((?:[^\"\\\\]++|\\\\.)*+)\"");

  private final Process process;
  private final HttpClient client = HttpClient.newHttpClient();
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
  private final WebSocket socket;
  private int calls;

  /** Skips the test when there is no Chromium. */
  static Browser open(String url, Path folder) throws Exception {
    Process process =
        Chromium.show(
                "about:blank", folder, "--enable-precise-memory-info", "--js-flags=--expose-gc")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      return new Browser(process, url);
    } catch (Exception e) {
      Chromium.kill(process);
      throw e;
    }
  }

  private Browser(Process process, String url) throws Exception {
    this.process = process;
    String port = find(PORT, process.errorReader());
    String created =
        client
            .send(
                HttpRequest.newBuilder(
                        URI.create(
                            "http://127.0.0.1:"
                                + port
                                + "/json/new?"
                                + URLEncoder.encode(url, StandardCharsets.UTF_8)))
                    .PUT(HttpRequest.BodyPublishers.noBody())
                    .build(),
                BodyHandlers.ofString())
            .body();
    Matcher address = SOCKET.matcher(created);
    if (!address.find()) {
      throw new IOException("no page in " + created);
    }
    socket =
        client
            .newWebSocketBuilder()
            .buildAsync(URI.create(address.group(1)), new Collector(answers))
            .get();
  }

  /** Then it goes on reading, or the browser might wait for that. */
  private static String find(Pattern pattern, BufferedReader from) throws IOException {
    for (String line; (line = from.readLine()) != null; ) {
      Matcher matcher = pattern.matcher(line);
      if (matcher.find()) {
        Thread.ofPlatform().daemon().start(() -> from.lines().forEach(_ -> {}));
        return matcher.group(1);
      }
    }
    throw new IOException("the browser ended");
  }

  private record Collector(StringBuilder text, BlockingQueue<String> whole)
      implements WebSocket.Listener {
    Collector(BlockingQueue<String> whole) {
      this(new StringBuilder(), whole);
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        whole.add(text.toString());
        text.setLength(0);
      }
      socket.request(1);
      return null;
    }
  }

  /** The text that a JavaScript expression has in the page; empty when it fails. */
  String evaluate(String expression) throws Exception {
    String id = "\"id\":" + ++calls + ",";
    String quoted = expression.replace("\\", "\\\\").replace("\"", "\\\"");
    socket
        .sendText(
            "{"
                + id
                + "\"method\":\"Runtime.evaluate\",\"params\":{\"expression\":\"String("
                + quoted
                + ")\"}}",
            true)
        .get();
    String answer;
    do {
      answer = answers.poll(60, TimeUnit.SECONDS);
      if (answer == null) {
        throw new AssertionError("the browser does not answer");
      }
    } while (!answer.startsWith("{" + id));
    Matcher value = VALUE.matcher(answer);
    return value.find() ? value.group(1) : "";
  }

  /** Waits until the expression is true. */
  void await(String expression) throws Exception {
    try {
      eventually(expression, () -> evaluate(expression).equals("true"));
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + " in " + evaluate("document.body.innerText"), e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    client.shutdownNow();
    Chromium.kill(process);
  }
}
