package dev.weft.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScriptTest {
  @Test
  void anEchoOfAnotherRequestIsNotTheRightAnswer() {
    Script script = new Script(Workload.ECHO, 16);
    byte[] seven = script.request(7).clone();
    assertThat(script.isExpected(7, 0, seven, 16)).isTrue();
    assertThat(script.isExpected(8, 0, seven, 16)).isFalse();
  }

  @Test
  void answersAreComparedWhereverTheyAreCut() {
    Script script = new Script(Workload.ECHO, 16);
    byte[] message = script.request(3).clone();
    byte[] tail = java.util.Arrays.copyOfRange(message, 5, 16);
    assertThat(script.isExpected(3, 5, tail, 11)).isTrue();
    assertThat(script.isExpected(3, 4, tail, 11)).isFalse();
    tail[10]++;
    assertThat(script.isExpected(3, 5, tail, 11)).isFalse();
  }

  @Test
  void whatGoesBeyondTheAnswerIsNotExpected() {
    Script script = new Script(Workload.KEEPALIVE, 2);
    assertThat(script.isExpected(1, script.answerLength(), new byte[1], 1)).isFalse();
  }

  @Test
  void addressesAreEnoughForAllPorts() {
    assertThat(Plan.addressesFor(Workload.SHORT, 100, 1_000)).isEqualTo(1);
    assertThat(Plan.addressesFor(Workload.SHORT, 10_000, 100_000)).isEqualTo(6);
    assertThat(Plan.addressesFor(Workload.SHORT, 10_000, Long.MAX_VALUE / 2)).isEqualTo(250);
    assertThat(Plan.addressesFor(Workload.ECHO, 10_000, Long.MAX_VALUE)).isEqualTo(1);
  }
}
