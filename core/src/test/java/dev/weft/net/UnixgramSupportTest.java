package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Unix sockets for datagrams where the poller has none. */
@Tag("contract")
class UnixgramSupportTest {
  @Test
  void theSelectorPollerSaysThatItHasNone() {
    assumeFalse(UnixSockets.areNative(), "the poller has Unix datagrams");
    assertThatThrownBy(() -> Net.listenUnixgram("@"))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("need the epoll or the io_uring poller");
    assertThatThrownBy(() -> Net.dialUnixgram("@weft-absent"))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("need the epoll or the io_uring poller");
  }
}
