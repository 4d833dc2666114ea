package dev.weft.http.forms;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.http.Handler;
import dev.weft.http.HttpException;
import dev.weft.http.Parameters;
import dev.weft.http.TestServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormsTest {
  private static final String NAMED = "Content-Disposition: form-data; name=\"a\"\r\n";

  private static List<String> parts(String body, MultipartLimits limits, int step)
      throws IOException {
    var bytes = new ByteArrayInputStream(body.getBytes(UTF_8));
    InputStream slow =
        new InputStream() {
          @Override
          public int read() {
            return bytes.read();
          }

          @Override
          public int read(byte[] into, int offset, int length) {
            return bytes.read(into, offset, Math.min(step, length));
          }
        };
    var multipart = new Multipart(slow, "B", limits);
    List<String> parts = new ArrayList<>();
    for (Part part; (part = multipart.next()) != null; ) {
      parts.add(
          part.name()
              + ","
              + part.fileName()
              + ","
              + part.contentType()
              + ","
              + part.readText(1 << 20));
    }
    assertThat(multipart.next()).isNull();
    return parts;
  }

  private static List<String> parts(String body) throws IOException {
    return parts(body, MultipartLimits.DEFAULT, 1 << 20);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 8192})
  void readsPartsWhateverPiecesTheyComeIn(int step) throws Exception {
    String large = "\r\n--A\r\n-\r\r\n--".repeat(2000);
    String body =
        "a preamble\r\n--B\r\n"
            + NAMED
            + "\r\n1\r\n--B \t\r\n"
            + "content-disposition: form-data; name=\"f\"; filename=\"x \\\"y\\\" ü;.txt\"\r\nContent-Type: a/b\r\n\r\n"
            + large
            + "\r\n--B\r\nContent-Disposition: form-data; name=empty\r\n\r\n\r\n--B--\r\nan epilogue";
    assertThat(parts(body, MultipartLimits.DEFAULT, step))
        .containsExactly(
            "a,null,text/plain,1", "f,x \"y\" ü;.txt,a/b," + large, "empty,null,text/plain,");
  }

  @Test
  void namesAreInUtf8() throws Exception {
    String form = "--B\r\nContent-Disposition: Form-Data ; name=\"日\"; ";
    assertThat(parts(form + "filename=\"本 €.txt\"\r\n\r\n1\r\n--B--"))
        .containsExactly("日,本 €.txt,text/plain,1");
    assertThat(parts(form + "filename*=utf-8'en'%e6%9C%AC%20.txt\r\n\r\n1\r\n--B--"))
        .containsExactly("日,本 .txt,text/plain,1");
    assertThat(parts(form + "filename*=x; filename=\"a.txt\"\r\n\r\n1\r\n--B--"))
        .containsExactly("日,a.txt,text/plain,1");
    assertThat(parts(form + "filename*=KOI8-R''%E1\r\n\r\n1\r\n--B--"))
        .containsExactly("日,KOI8-R''%E1,text/plain,1");
    String disposition = NAMED.replace("\"a\"", "\"ü\"");
    byte[] bytes = ("--B\r\n" + disposition + "\r\n1\r\n--B--").getBytes(ISO_8859_1);
    var multipart = new Multipart(new ByteArrayInputStream(bytes), "B", MultipartLimits.DEFAULT);
    assertThat(multipart.next().name()).isEqualTo("ü");
  }

  @Test
  void noPartsAreAForm() throws Exception {
    assertThat(parts("--B--")).isEmpty();
  }

  @Test
  void whatIsLeftUnreadOfAPartIsDropped() throws Exception {
    String body =
        "--B\r\n"
            + NAMED
            + "\r\n"
            + "x".repeat(50_000)
            + "\r\n--B\r\n"
            + NAMED
            + "\r\nlast\r\n--B--";
    var multipart =
        new Multipart(new ByteArrayInputStream(body.getBytes(UTF_8)), "B", MultipartLimits.DEFAULT);
    Part first = multipart.next();
    assertThat(first.body().readNBytes(5)).hasSize(5);
    assertThat(multipart.next().readText(10)).isEqualTo("last");
    assertThat(first.body().read()).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nothing",
        "--B",
        "--B\r\n",
        "--B\r\n\r\n1\r\n--B--",
        "--B\r\nContent-Disposition: form-data\r\n\r\n1\r\n--B--",
        "--B\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--B--",
        "--B\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--C--",
        "--B\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--Bx\r\n",
        "--B\r\nContent-Disposition: form-data; name=a\r\nX\r\n\r\n1\r\n--B--",
        "--B\r\nContent-Disposition: form-data; name=a\r\nX Y: z\r\n\r\n1\r\n--B--",
        "--B\r\nContent-Disposition: form-data; name=a\r\nX: \u0001\r\n\r\n1\r\n--B--"
      })
  void refusesWhatIsMalformed(String body) {
    assertThatThrownBy(() -> parts(body))
        .isInstanceOfSatisfying(HttpException.class, e -> assertThat(e.status()).isEqualTo(400));
  }

  @Test
  void refusesWhatIsOverALimit() {
    String part = "--B\r\n" + NAMED + "\r\n12345\r\n";
    assertTooLarge(part.repeat(3) + "--B--", new MultipartLimits(2, 1000, 1000));
    assertTooLarge(part + "--B--", new MultipartLimits(2, 10, 1000));
    assertTooLarge(part + "--B--", new MultipartLimits(2, 1000, 4));
    assertTooLarge("--B\r\nX: " + "y".repeat(100_000), MultipartLimits.DEFAULT);
    assertTooLarge("--B\r\n" + "X:\r\n".repeat(51), MultipartLimits.DEFAULT);
  }

  private static void assertTooLarge(String body, MultipartLimits limits) {
    assertThatThrownBy(() -> parts(body, limits, 1000))
        .isInstanceOfSatisfying(HttpException.class, e -> assertThat(e.status()).isEqualTo(413));
  }

  private static final Handler FORM =
      (request, response) -> {
        Parameters form = Forms.read(request);
        response.send(form.all("a") + form.get("b", "none"));
      };

  private static String post(String type, String body) throws Exception {
    try (var server = new TestServer(FORM)) {
      return server.exchange(
          "POST / HTTP/1.0\r\nContent-Type: "
              + type
              + "\r\nContent-Length: "
              + body.getBytes(ISO_8859_1).length
              + "\r\n\r\n"
              + body);
    }
  }

  @Test
  void readsFormsOfBothTypes() throws Exception {
    assertThat(post("application/x-www-form-urlencoded;charset=UTF-8", "a=1+2&a=%C3%BC&&c"))
        .endsWith("[1 2, ü]none".replace("ü", new String("ü".getBytes(UTF_8), ISO_8859_1)));
    assertThat(post("multipart/form-data; boundary=\"B\"", "--B\r\n" + NAMED + "\r\n1\r\n--B--"))
        .endsWith("[1]none");
    assertThat(post("text/plain", "a=1")).startsWith("HTTP/1.1 415 ");
    assertThat(post("multipart/form-data", "--B--")).startsWith("HTTP/1.1 400 ");
    assertThat(post("application/x-www-form-urlencoded", "a=" + "x".repeat(2 << 20)))
        .startsWith("HTTP/1.1 413 ");
    String longName = "--B\r\nContent-Disposition: form-data; name=" + "n".repeat(7000);
    assertThat(
            post(
                "multipart/form-data; boundary=B",
                (longName + "\r\n\r\n1\r\n").repeat(200) + "--B--"))
        .startsWith("HTTP/1.1 413 ");
    assertThat(post("application/x-www-form-urlencoded", "a=b&".repeat(2000)))
        .startsWith("HTTP/1.1 400 ");
  }
}
