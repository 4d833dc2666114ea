package dev.weft.net;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Whether this machine has IPv6: containers often do not. */
final class Ipv6 {
  private Ipv6() {}

  /** Skips the test where there is none. */
  static void assumeAvailable() {
    assumeTrue(isAvailable(), "this machine has no IPv6 loopback address");
  }

  private static boolean isAvailable() {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
      return probe.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
