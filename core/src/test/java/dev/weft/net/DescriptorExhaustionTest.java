package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.ChildJvm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process that is out of descriptors waits, says so once, and goes on when it has some again. */
@Tag("contract")
@Timeout(180)
class DescriptorExhaustionTest {
  @Test
  void acceptBacksOffSaysSoOnceAndRecovers() throws Exception {
    Assumptions.assumeTrue(
        Files.isDirectory(Path.of("/proc/self/fd")), "counts descriptors in /proc/self/fd");
    ChildJvm.Result result = ChildJvm.of(ShortageProgram.class).withDescriptors(300).run();
    assertThat(result.exit()).as(result.output()).isZero();
    assertThat(result.number("shortages")).as("rounds without descriptors").isEqualTo(3);
    assertThat(result.output().split("accept tcp 127.0.0.1:.*: too many open files", -1))
        .as("says it once: %s", result.output())
        .hasSize(2);
    assertThat(result.output()).contains("ulimit -n");
    assertThat(result.output())
        .containsPattern("dial: SocketException: dial tcp 127.0.0.1:\\d+: too many open files")
        .contains("listen: SocketException: listen tcp :0: too many open files");
    assertThat(result.number("cpuPercent")).as("does not spin").isLessThan(25);
    assertThat(result.number("served")).isEqualTo(result.number("dialled"));
  }

  /** Their bytes may linger for a minute, their descriptors only as long as there are others. */
  @Test
  void closedConnectionsWhosePeersDoNotReadLeaveNewOnesTheirDescriptors() throws Exception {
    List<Socket> peers = Collections.synchronizedList(new ArrayList<>());
    try (var listener = new ServerSocket()) {
      listener.setReceiveBufferSize(4096);
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      Thread.ofVirtual().start(() -> greetAll(listener, peers));
      ChildJvm.Result result =
          ChildJvm.of(UnreadAndClosedProgram.class)
              .withDescriptors(150)
              .run(String.valueOf(listener.getLocalPort()), "300");
      assertThat(result.exit()).as(result.output()).isZero();
      assertThat(result.number("closed")).as(result.output()).isEqualTo(300);
    } finally {
      for (Socket peer : List.copyOf(peers)) {
        peer.close();
      }
    }
  }

  private static void greetAll(ServerSocket listener, List<Socket> peers) {
    try {
      while (true) {
        Socket peer = listener.accept();
        peers.add(peer);
        peer.getOutputStream().write(1);
      }
    } catch (IOException e) {
      // the end of the test
    }
  }
}
