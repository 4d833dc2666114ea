package dev.weft.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersTest {
  private final Headers headers =
      new Headers().add("Accept", "a").add("Host", "h").add("ACCEPT", "b").add("X", "y");

  @Test
  void keepsOrderCaseAndAllValues() {
    assertThat(headers.toString()).isEqualTo("Accept: a\nHost: h\nACCEPT: b\nX: y\n");
    assertThat(headers.all("accept")).containsExactly("a", "b");
    assertThat(headers.get("aCCEPT")).isEqualTo("a");
    assertThat(headers.get("none")).isNull();
    assertThat(headers.toMap()).containsEntry("Accept", List.of("a", "b")).hasSize(3);
  }

  @Test
  void settingReplacesAllOfTheName() {
    headers.set("accept", "c");
    assertThat(headers.toString()).isEqualTo("accept: c\nHost: h\nX: y\n");
  }

  @Test
  void removingKeepsTheOthersInOrder() {
    headers.remove("Accept");
    assertThat(headers.toString()).isEqualTo("Host: h\nX: y\n");
    assertThat(headers.remove("Accept").size()).isEqualTo(2);
  }

  @Test
  void findsElementsOfLists() {
    headers.add("Vary", "Accept-Encoding , Origin").add("vary", "Cookie");
    assertThat(headers.containsElement("Vary", "origin")).isTrue();
    assertThat(headers.containsElement("Vary", "cookie")).isTrue();
    assertThat(headers.containsElement("Vary", "Accept")).isFalse();
  }

  @Test
  void aCopyIsIndependent() {
    Headers copy = headers.copy();
    headers.clear();
    assertThat(copy.size()).isEqualTo(4);
    assertThat(headers.isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nSet-Cookie: x", "a\n", "a\r", "\u0000", "a\u007f", "\u0100"})
  void noValueCanEndItsField(String value) {
    assertThatThrownBy(() -> headers.set("X", value)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> headers.add("X", value)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a:", "a\r\n", "ä", "a\u0000"})
  void aNameIsAToken(String name) {
    assertThatThrownBy(() -> headers.set(name, "x")).isInstanceOf(IllegalArgumentException.class);
  }
}
