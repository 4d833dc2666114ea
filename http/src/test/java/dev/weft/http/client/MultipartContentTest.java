package dev.weft.http.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.http.Handler;
import dev.weft.http.forms.Forms;
import dev.weft.http.forms.Multipart;
import dev.weft.http.forms.Part;
import dev.weft.http.testing.HttpTest;
import dev.weft.http.testing.RecordedResponse;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MultipartContentTest {
  /** Redirects once, and then says what the parts are. */
  private static final Handler PARTS =
      (request, response) -> {
        if (request.path().equals("/moved")) {
          response.redirect(307, "/");
          return;
        }
        Multipart parts = Forms.multipart(request);
        response.write("length " + (request.contentLength() >= 0));
        for (Part part; (part = parts.next()) != null; ) {
          response.write("|" + part + " " + part.contentType() + " " + part.readText(100));
        }
      };

  private static RecordedResponse post(String path, MultipartContent content) throws Exception {
    try (var test = HttpTest.of(PARTS)) {
      return test.record(ClientRequest.post("http://test" + path, content));
    }
  }

  @Test
  void partsArriveAsTheyWereBuilt(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("naïve 日.json"), "{}");
    MultipartContent content =
        MultipartContent.builder()
            .field("title", "Holiday €")
            .field("", "")
            .file("photo", file)
            .file("日", "x.bin", "a/b; c=d", Content.of(new byte[] {'1', '2'}))
            .build();
    assertThat(content.isRepeatable()).isTrue();
    for (String path : new String[] {"/", "/moved"}) {
      assertThat(post(path, content).text())
          .isEqualTo(
              "length true|title text/plain Holiday €| text/plain "
                  + "|photo (naïve 日.json) application/json {}|日 (x.bin) a/b; c=d 12");
    }
    assertThat(post("/", MultipartContent.builder().build()).text()).isEqualTo("length true");
  }

  @Test
  void aStreamIsSentOnceAndWithoutALength() throws Exception {
    Content stream = Content.of(new ByteArrayInputStream("streamed".getBytes(UTF_8)));
    MultipartContent content =
        MultipartContent.builder().file("f", "f.txt", "text/plain", stream).field("a", "b").build();
    assertThat(content.isRepeatable()).isFalse();
    assertThat(post("/", content).text())
        .isEqualTo("length false|f (f.txt) text/plain streamed|a text/plain b");
  }

  @Test
  void noNameOrTypeBreaksOutOfItsLine() throws Exception {
    String evil = "a\"; filename=\"b\r\nX: y";
    MultipartContent content =
        MultipartContent.builder().file(evil, evil, "a/b", Content.of("1")).build();
    String escaped = "a%22; filename=%22b%0D%0AX: y";
    assertThat(post("/", content).text())
        .isEqualTo("length true|" + escaped + " (" + escaped + ") a/b 1");
    assertThatThrownBy(
            () -> MultipartContent.builder().file("a", "b", "a/b\r\nX: y", Content.of("1")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void noContentAddsFieldsByItsType() {
    Content evil =
        new Content() {
          @Override
          public String mediaType() {
            return "a/b\r\nX: y";
          }

          @Override
          public long length() {
            return 0;
          }

          @Override
          public boolean isRepeatable() {
            return true;
          }

          @Override
          public void writeTo(OutputStream out) {}
        };
    assertThatThrownBy(() -> ClientRequest.post("http://test/", evil))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("media type");
  }

  @Test
  void aTypeThatTheRequestSetsIsKept() throws Exception {
    MultipartContent content = MultipartContent.builder().field("a", "b").build();
    try (var test =
        HttpTest.of((request, response) ->
            response.send(request.headers().all("Content-Type").toString()))) {
      ClientRequest request = ClientRequest.post("http://test/", content);
      assertThat(test.record(request).text()).isEqualTo("[" + content.mediaType() + "]");
      assertThat(test.record(request.header("Content-Type", "a/b")).text()).isEqualTo("[a/b]");
    }
  }
}
