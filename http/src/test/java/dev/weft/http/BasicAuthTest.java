package dev.weft.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.http.client.ClientRequest;
import dev.weft.http.testing.HttpTest;
import dev.weft.http.testing.RecordedResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BasicAuthTest {
  private static final ClientRequest REQUEST = ClientRequest.get("http://test/");

  private static final Handler GUARDED =
      BasicAuth.middleware("the 'admin' area", it -> it.matches("jo", "pä:ss"))
          .wrap((request, response) -> response.send("hello " + BasicAuth.of(request)));

  @Test
  void theRightCredentialsAreLetThrough() throws Exception {
    try (var test = HttpTest.of(GUARDED)) {
      RecordedResponse response = test.record(REQUEST.basicAuth("jo", "pä:ss"));
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.text()).isEqualTo("hello jo");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Basic",
        "Basic ",
        "Basic =",
        "Basic not base64!",
        "Basic am8=",
        "Basic am86cGFzcw==",
        "Bearer am86cMOkOnNz",
        "Basicam86cMOkOnNz"
      })
  void othersAreAskedFor(String field) throws Exception {
    try (var test = HttpTest.of(GUARDED)) {
      RecordedResponse response = test.record(REQUEST.header("Authorization", field));
      assertThat(response.status()).isEqualTo(401);
      assertThat(response.headers().get("WWW-Authenticate"))
          .isEqualTo("Basic realm=\"the 'admin' area\", charset=\"UTF-8\"");
      assertThat(test.record(REQUEST).status()).isEqualTo(401);
      assertThat(test.record(REQUEST.header("Authorization", "basic  am86cMOkOnNz ")).status())
          .isEqualTo(200);
    }
  }

  @Test
  void bothHaveToMatch() {
    var credentials = new BasicAuth.Credentials("jo", "secret");
    assertThat(credentials.matches("jo", "secret")).isTrue();
    assertThat(credentials.matches("jo", "secre")).isFalse();
    assertThat(credentials.matches("jon", "secret")).isFalse();
    assertThat(credentials).hasToString("jo");
  }

  @Test
  void whatCannotBeSentIsRefused() {
    assertThatThrownBy(() -> REQUEST.basicAuth("a:b", "c"))
        .isInstanceOf(IllegalArgumentException.class);
    for (String realm : new String[] {"a\"b", "a\\b", "a\nb", "ä"}) {
      assertThatThrownBy(() -> BasicAuth.middleware(realm, _ -> true))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
