package dev.weft.internal.net.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The reasons in messages of failed look-ups. */
class UnknownHostsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "db.internal: Name or service not known | no such host",
        "db.internal: No address associated with hostname | no such host",
        "db.internal | no such host",
        "other: Temporary failure in name resolution | no such host",
        "db.internal: Temporary failure in name resolution | temporary failure in name resolution",
        "db.internal: invalid IPv6 address | invalid IPv6 address",
      })
  void tellsANameThatDoesNotExistFromAResolverThatDoesNotAnswer(String message, String reason) {
    assertThat(UnknownHosts.reason("db.internal", new UnknownHostException(message)))
        .isEqualTo(reason);
  }

  @Test
  void anExceptionWithoutAMessage() {
    assertThat(UnknownHosts.reason("db.internal", new UnknownHostException()))
        .isEqualTo("no such host");
  }
}
