package dev.weft.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.http.client.ClientRequest;
import dev.weft.http.testing.HttpTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentDispositionTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          a.txt            | "a.txt"
          a; b, c.txt      | "a; b, c.txt"
          naïve.txt        | "na_ve.txt"; filename*=UTF-8''na%C3%AFve.txt
          日本 €.txt        | "__ _.txt"; filename*=UTF-8''%E6%97%A5%E6%9C%AC%20%E2%82%AC.txt
          \uD83D\uDE00      | "_"; filename*=UTF-8''%F0%9F%98%80
          "a"\\%41'*.txt   | "_a___41'*.txt"; filename*=UTF-8''%22a%22%5C%2541%27%2A.txt
          """)
  void anyNameIsProposed(String name, String fileName) {
    assertThat(ContentDisposition.attachment(name)).isEqualTo("attachment; filename=" + fileName);
  }

  @Test
  void noNameEndsTheField() throws Exception {
    Handler handler = (_, response) -> response.attachment("a\r\nSet-Cookie: b\u0000").send("x");
    try (var test = HttpTest.of(handler)) {
      assertThat(
              test.record(ClientRequest.get("http://test/")).headers().get("Content-Disposition"))
          .isEqualTo(
              "attachment; filename=\"a__Set-Cookie: b_\";"
                  + " filename*=UTF-8''a%0D%0ASet-Cookie%3A%20b%00");
    }
  }
}
