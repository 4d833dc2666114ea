package dev.weft.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class GzipTest {
  private static final String TEXT = "All work and no play. ".repeat(500);

  private static String ask(Handler handler, String accepted) throws Exception {
    try (var server = new TestServer(Gzip.middleware().wrap(handler))) {
      return server.exchange("GET / HTTP/1.0\r\nAccept-Encoding: " + accepted + "\r\n\r\n");
    }
  }

  private static String decompressed(String answer) throws Exception {
    byte[] body = answer.substring(answer.indexOf("\r\n\r\n") + 4).getBytes(ISO_8859_1);
    return new String(
        new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes(), ISO_8859_1);
  }

  @Test
  void compressesTextThatIsSentAtOnce() throws Exception {
    String answer = ask((request, response) -> response.header("ETag", "\"a\"").send(TEXT), "gzip");
    assertThat(answer)
        .contains("Content-Encoding: gzip\r\n", "Vary: Accept-Encoding\r\n", "ETag: W/\"a\"\r\n");
    assertThat(answer.length()).isLessThan(TEXT.length() / 10);
    assertThat(decompressed(answer)).isEqualTo(TEXT);
  }

  @Test
  void compressesWhatIsWrittenPieceByPiece() throws Exception {
    Handler handler =
        (request, response) -> {
          response.type("application/json").contentLength(TEXT.length());
          OutputStream out = response.outputStream();
          for (int i = 0; i < TEXT.length(); i += 100) {
            out.write(TEXT.substring(i, Math.min(i + 100, TEXT.length())).getBytes(ISO_8859_1));
            if (i == 500) {
              out.flush();
            }
          }
        };
    assertThat(decompressed(ask(handler, "gzip"))).isEqualTo(TEXT);
  }

  @Test
  void leavesAloneWhatIsShortEncodedOfAnotherTypeOrNotAskedFor() throws Exception {
    assertThat(ask((request, response) -> response.send("short"), "gzip"))
        .endsWith("\r\n\r\nshort");
    assertThat(ask((request, response) -> response.send(TEXT), "br"))
        .contains("Vary: Accept-Encoding\r\n")
        .endsWith(TEXT);
    assertThat(ask((request, response) -> response.type("image/png").send(TEXT), "gzip"))
        .endsWith(TEXT);
    assertThat(
            ask(
                (request, response) -> response.header("Content-Encoding", "br").send(TEXT),
                "gzip"))
        .endsWith(TEXT);
  }

  /** The memory of the compression is none of the heap's, so it must not wait for the collector. */
  @Test
  void aHandlerThatFailsLeavesNoCompressionBehind() throws Exception {
    AtomicReference<Response> kept = new AtomicReference<>();
    Handler handler =
        (request, response) -> {
          response.type("text/plain").write(TEXT);
          kept.set(response);
          throw new HttpException(404, "nothing here");
        };
    assertThat(ask(handler, "gzip")).startsWith("HTTP/1.1 404 ");
    assertThatThrownBy(() -> kept.get().write("more"))
        .hasMessageContaining("Deflater has been closed");
  }

  @Test
  void whatIsNotSentIsDescribedAsIfItWere() throws Exception {
    assertThat(
            ask((request, response) -> response.status(304).header("ETag", "\"a\"").send(), "gzip"))
        .contains("Vary: Accept-Encoding\r\n", "ETag: W/\"a\"\r\n");
    assertThat(ask((request, response) -> response.status(304).header("ETag", "\"a\""), "br"))
        .contains("Vary: Accept-Encoding\r\n", "ETag: \"a\"\r\n");
    Handler describing =
        (request, response) -> response.type("text/plain").contentLength(TEXT.length());
    try (var server = new TestServer(Gzip.middleware().wrap(describing))) {
      assertThat(server.exchange("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
          .contains("Vary: Accept-Encoding\r\n", "Content-Length: " + TEXT.length() + "\r\n");
    }
  }

  @Test
  void failuresAreAnsweredAsUsual() throws Exception {
    Handler handler =
        (request, response) -> {
          throw new HttpException(404, "nothing here");
        };
    assertThat(ask(handler, "gzip")).startsWith("HTTP/1.1 404 ").endsWith("nothing here\n");
  }
}
