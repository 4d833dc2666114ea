package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.Goroutines;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Over epoll and io_uring; the JDK gives a port back when a selector has let it go. */
@Tag("io_uring")
@Timeout(60)
class PortReuseTest {
  @Test
  void aPortIsFreeAsSoonAsItsListenerIsClosed() throws Exception {
    try (var goroutines = new Goroutines()) {
      goroutines
          .go(() -> {
            int port = 0;
            for (int i = 0; i < 20; i++) {
              TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:" + port);
              port = listener.localAddress().getPort();
              var accepting = goroutines.start(listener::accept).awaitBlockedIn("accept");
              Net.dial("tcp4", "127.0.0.1:" + port).close();
              accepting.join().close();
              listener.close();
            }
            assertThat(port).isPositive();
          })
          .join();
    }
  }
}
