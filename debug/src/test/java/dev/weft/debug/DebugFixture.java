package dev.weft.debug;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Debug endpoints on the loopback address, open during each test. */
abstract class DebugFixture {
  static final SocketAddress LOOPBACK = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  Debug debug;

  @BeforeEach
  void serve() throws Exception {
    debug = Debug.serve(LOOPBACK);
  }

  @AfterEach
  void close() {
    debug.close();
  }
}
