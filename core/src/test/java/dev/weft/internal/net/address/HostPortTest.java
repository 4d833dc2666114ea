package dev.weft.internal.net.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {
  @ParameterizedTest
  @CsvSource({
    "localhost:80,          localhost,     80",
    "127.0.0.1:0,           127.0.0.1,     0",
    ":65535,                '',            65535",
    "[]:1,                  '',            1",
    "[::1]:8080,            ::1,           8080",
    "[::]:0,                ::,            0",
    "[fe80::1%eth0]:22,     fe80::1%eth0,  22",
    "[localhost]:80,        localhost,     80",
    "example.org:http,      example.org,   80",
    "example.org:https,     example.org,   443",
    ":ssh,                  '',            22",
    "a-b_c.example:00080,   a-b_c.example, 80",
  })
  void parses(String address, String host, int port) {
    assertThat(HostPort.parse(address)).isEqualTo(new HostPort(host, port));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "localhost", "127.0.0.1", "[::1]", "[", "]"})
  void thePortIsMissing(String address) {
    assertRefuses(address, "missing port");
  }

  @Test
  void controlCharactersReachNoMessage() {
    assertThatThrownBy(() -> HostPort.parse("a\nERROR forged:80"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("address with the control character U+000A at index 1");
    assertThatThrownBy(() -> HostPort.parse("a\u2028b:80")).hasMessageContaining("U+2028");
  }

  @ParameterizedTest
  @ValueSource(strings = {"::1", "::", "1:2:80", "fe80::1:80", "a:b:http"})
  void ipv6NeedsBrackets(String address) {
    assertRefuses(address, "too many colons");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[::1:80", "[:80", "[::1]x:80"})
  void theBracketIsMissing(String address) {
    assertRefuses(address, "missing ]");
  }

  /** The last one is written in Arabic-Indic digits, which {@code Integer.parseInt} knows. */
  @ParameterizedTest
  @ValueSource(
      strings = {"", "65536", "99999999999999999999", "-1", "+1", "0x50", "8 ", "HTTP", "\u0668"})
  void thePortIsWrong(String port) {
    assertRefuses("host:" + port, "port \"" + port + "\" is neither a number from 0 to 65535");
  }

  private static void assertRefuses(String address, String reason) {
    assertThatThrownBy(() -> HostPort.parse(address))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("address \"" + address + "\": " + reason);
  }

  @Test
  void isWrittenAsItIsRead() {
    for (String address : new String[] {"localhost:80", ":0", "[::1]:80", "[fe80::1%lo]:1"}) {
      assertThat(HostPort.parse(address)).hasToString(address);
    }
  }
}
