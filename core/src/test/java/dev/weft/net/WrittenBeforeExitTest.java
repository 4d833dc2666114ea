package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.ChildJvm;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a process has written arrives although it ends at once, as it does with plain sockets. */
@Tag("contract")
class WrittenBeforeExitTest {
  private static final int CONNECTIONS = 50;

  @ParameterizedTest
  @ValueSource(strings = {"exit", "return"})
  void arrives(String end) throws Exception {
    try (var listener = new ServerSocket(0, CONNECTIONS, InetAddress.getLoopbackAddress())) {
      var answers = new CompletableFuture<List<String>>();
      Thread.ofVirtual()
          .start(() -> {
            try {
              answers.complete(answersTo(listener));
            } catch (Exception e) {
              answers.completeExceptionally(e);
            }
          });
      ChildJvm.Result result =
          ChildJvm.of(WriteAndExitProgram.class)
              .run(end, String.valueOf(listener.getLocalPort()), String.valueOf(CONNECTIONS));
      assertThat(result.exit()).as(result.output()).isZero();
      assertThat(answers.get(60, TimeUnit.SECONDS))
          .hasSize(CONNECTIONS)
          .allMatch(answer -> answer.equals(WriteAndExitProgram.LAST_WORDS));
    }
  }

  /**
   * A peer that does not read delays the end for a moment only. Bytes that it did not take by then
   * may be lost; it must not read an orderly end instead of them.
   */
  @Test
  void aPeerThatDoesNotReadGetsAllOrAReset() throws Exception {
    try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var accepted = new CompletableFuture<Socket>();
      Thread.ofVirtual()
          .start(() -> {
            try {
              Socket peer = listener.accept();
              peer.getOutputStream().write(1);
              accepted.complete(peer);
            } catch (Exception e) {
              accepted.completeExceptionally(e);
            }
          });
      ChildJvm.Result result =
          ChildJvm.of(WriteAndExitProgram.class)
              .run("full", String.valueOf(listener.getLocalPort()), "1");
      assertThat(result.exit()).as(result.output()).isZero();
      try (Socket peer = accepted.get(60, TimeUnit.SECONDS)) {
        long read = peer.getInputStream().transferTo(OutputStream.nullOutputStream());
        assertThat(read).as("bytes before an orderly end").isEqualTo(result.number("written"));
      } catch (SocketException reset) {
        assertThat(reset).hasMessageContaining("reset");
      }
    }
  }

  private static List<String> answersTo(ServerSocket listener) throws Exception {
    List<Socket> peers = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      peers.add(listener.accept());
    }
    List<String> answers = new ArrayList<>();
    for (Socket peer : peers) {
      peer.getOutputStream().write(1);
    }
    for (Socket peer : peers) {
      try (peer) {
        answers.add(new String(peer.getInputStream().readAllBytes()));
      }
    }
    return answers;
  }
}
