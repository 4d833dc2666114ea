package dev.weft.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CookieTest {
  @Test
  void isCarefulUnlessToldOtherwise() {
    assertThat(Cookie.of("a", "b").toHeader()).isEqualTo("a=b; Path=/; SameSite=Lax; HttpOnly");
  }

  @Test
  void hasAllAttributes() {
    Cookie cookie =
        Cookie.of("a", "b")
            .path("/p")
            .domain("example.com")
            .sameSite(Cookie.SameSite.NONE)
            .secure()
            .partitioned()
            .readableByScripts();
    assertThat(cookie.toHeader())
        .isEqualTo("a=b; Path=/p; Domain=example.com; SameSite=None; Secure; Partitioned");
    assertThat(Cookie.of("a", "b").maxAge(Duration.ofHours(1)).toHeader())
        .matches("a=b; Path=/; Max-Age=3600; Expires=\\w{3}, .* GMT; SameSite=Lax; HttpOnly");
    assertThat(Cookie.removal("a").toHeader()).contains("Max-Age=0;");
  }

  @Test
  void whatBrowsersWouldRefuseIsRefused() {
    assertThatThrownBy(() -> Cookie.of("a", "").sameSite(Cookie.SameSite.NONE).toHeader())
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> Cookie.of("a", "").partitioned().toHeader())
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> Cookie.of("__Secure-a", "").toHeader())
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> Cookie.of("__Host-a", "").secure().path("/x").toHeader())
        .isInstanceOf(IllegalStateException.class);
    assertThat(Cookie.of("__Host-a", "").secure().toHeader()).startsWith("__Host-a=; Path=/;");
  }

  @Test
  void ageAndPathAreWithinWhatBrowsersUnderstand() {
    for (Duration age :
        new Duration[] {Duration.ofDays(1 << 20), ChronoUnit.FOREVER.getDuration()}) {
      assertThat(Cookie.of("a", "b").maxAge(age).toHeader())
          .containsPattern("Max-Age=3153600000; Expires=\\w{3}, \\d\\d \\w{3} 2\\d{3} ");
    }
    assertThat(Cookie.of("a", "b").maxAge(Duration.ofDays(-9)).toHeader()).contains("Max-Age=0;");
    assertThatThrownBy(() -> Cookie.of("a", "b").path("x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a;b", "a,b", "a\r\n", "\"", "\\", "ä"})
  void valuesCannotBecomeAttributesOrFields(String value) {
    assertThatThrownBy(() -> Cookie.of("a", value)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void findsTheCookieOfAName() {
    Headers headers = new Headers().add("Cookie", "ab=1; a=\"2\"; =x; a=3").add("Cookie", "c = d");
    assertThat(Cookie.find(headers, "a")).isEqualTo("2");
    assertThat(Cookie.find(headers, "c")).isEqualTo("d");
    assertThat(Cookie.find(headers, "b")).isNull();
  }
}
