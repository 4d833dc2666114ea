package dev.weft.internal.net.listen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** systemd's protocol of inherited sockets. */
class InheritedSocketTest {
  private static final String ME = String.valueOf(ProcessHandle.current().pid());

  @Test
  void theyAreForTheProcessThatTheProtocolNames() {
    assertThat(InheritedSocket.count(Map.of())).isZero();
    assertThat(InheritedSocket.count(Map.of("LISTEN_FDS", "2"))).isZero();
    assertThat(InheritedSocket.count(Map.of("LISTEN_FDS", "2", "LISTEN_PID", "1"))).isZero();
    assertThat(InheritedSocket.count(Map.of("LISTEN_FDS", "2", "LISTEN_PID", ME))).isEqualTo(2);
    assertThat(InheritedSocket.count(Map.of("LISTEN_FDS", "two", "LISTEN_PID", ME))).isZero();
  }

  @Test
  void eachHasANumberAndPerhapsAName() {
    assertThat(InheritedSocket.get(Map.of("LISTEN_FDNAMES", "http:admin"), 1))
        .isEqualTo(new InheritedSocket(4, "admin"));
    assertThat(InheritedSocket.get(Map.of("LISTEN_FDNAMES", "http"), 1))
        .isEqualTo(new InheritedSocket(4, ""));
    assertThat(InheritedSocket.get(Map.of(), 0)).isEqualTo(new InheritedSocket(3, ""));
  }
}
