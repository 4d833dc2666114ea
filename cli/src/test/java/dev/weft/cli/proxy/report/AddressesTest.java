package dev.weft.cli.proxy.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;

class AddressesTest {
  @Test
  void theNameThatAClientHasChosenForgesNoLineAndNoField() {
    assertThat(Addresses.text(UnixDomainSocketAddress.of("a\nb end=done")))
        .isEqualTo("unix:a_b_end_done");
    assertThat(Addresses.text(UnixDomainSocketAddress.of(""))).isEqualTo("unix");
  }
}
