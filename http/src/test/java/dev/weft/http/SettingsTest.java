package dev.weft.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.http.client.ClientLimits;
import dev.weft.http.client.ClientTimeouts;
import dev.weft.http.forms.MultipartLimits;
import dev.weft.http.server.ServerLimits;
import dev.weft.http.server.ServerTimeouts;
import dev.weft.http.websocket.WebSocketOptions;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The records of settings: what they refuse, and what they change in a copy. */
class SettingsTest {
  private static final Duration NONE = Duration.ZERO;
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void aRefusalNamesTheSettingAndItsValue() {
    Map<String, ThrowingCallable> refused =
        Map.ofEntries(
            Map.entry("requestLine is 15,", () -> ServerLimits.DEFAULT.withRequestLine(15)),
            Map.entry("body is -1,", () -> ServerLimits.DEFAULT.withBody(-1)),
            Map.entry("keepAlive is PT0S,", () -> ServerTimeouts.DEFAULT.withKeepAlive(NONE)),
            Map.entry("minBodyRate is -1,", () -> ServerTimeouts.DEFAULT.withMinBodyRate(-1)),
            Map.entry("expansion is 0,", () -> ClientLimits.DEFAULT.withExpansion(0)),
            Map.entry("bodyIdle is PT0S,", () -> ClientTimeouts.DEFAULT.withBodyIdle(NONE)),
            Map.entry("total is PT0S,", () -> ClientTimeouts.DEFAULT.withTotal(NONE)),
            Map.entry(
                "closeTimeout is PT0S,", () -> WebSocketOptions.DEFAULT.withCloseTimeout(NONE)),
            Map.entry("parts is 0,", () -> MultipartLimits.DEFAULT.withParts(0)));
    refused.forEach((message, change) ->
        assertThatThrownBy(change)
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith(message));
  }

  @Test
  void requestLineAndHeadAreChangedTogetherWhereOneWouldNotFit() {
    assertThat(ServerLimits.DEFAULT.withRequestLine(1 << 20).head()).isEqualTo(1 << 20);
    assertThat(ServerLimits.DEFAULT.withHead(1000).requestLine()).isEqualTo(1000);
  }

  @Test
  void aCopyHasTheNewValueAndTheOthers() {
    assertThat(MultipartLimits.DEFAULT.withParts(1).withHead(100).withPart(2))
        .isEqualTo(new MultipartLimits(1, 100, 2));
    assertThat(ServerTimeouts.DEFAULT.withTotal(SECOND).withTotal(null))
        .isEqualTo(ServerTimeouts.DEFAULT);
  }
}
