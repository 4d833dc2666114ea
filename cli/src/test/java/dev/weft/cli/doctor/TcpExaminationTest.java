package dev.weft.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TcpExaminationTest {
  @TempDir Path proc;

  private void write(String name, String content) throws IOException {
    Path file = proc.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private void system(int inTimeWait, String reuse, String slowStart) throws IOException {
    write(
        "net/sockstat",
        "sockets: used 9\nTCP: inuse 5 orphan 0 tw "
            + inTimeWait
            + " alloc 9 mem 1\nUDP: inuse 1\n");
    write("sys/net/ipv4/ip_local_port_range", "32768\t60999\n");
    write("sys/net/ipv4/tcp_tw_reuse", reuse + "\n");
    write("sys/net/ipv4/tcp_slow_start_after_idle", slowStart + "\n");
  }

  @Test
  void fewConnectionsInTimeWaitAreFine() throws IOException {
    system(12, "2", "0");
    assertThat(new TcpExamination(proc).findings())
        .allMatch(Finding::isWell)
        .extracting(Finding::fact)
        .containsExactly(
            "12 connections in TIME_WAIT, 28232 local ports (32768-60999), which dials reuse on"
                + " loopback only (tcp_tw_reuse=2)",
            "idle connections keep their congestion window");
  }

  @Test
  void manyConnectionsInTimeWaitTakeThePorts() throws IOException {
    system(20_000, "0", "1");
    Finding ports = new TcpExamination(proc).findings().getFirst();
    assertThat(ports.isWell()).isFalse();
    assertThat(ports.advice()).contains("ConnPool", "tcp_tw_reuse=1", "ip_local_port_range");
    system(20_000, "1", "1");
    ports = new TcpExamination(proc).findings().getFirst();
    assertThat(ports.advice()).contains("ConnPool").doesNotContain("tcp_tw_reuse=1");
  }

  @Test
  void slowStartAfterIdleIsAFactAndNoFault() throws IOException {
    system(0, "2", "1");
    Finding slowStart = new TcpExamination(proc).findings().getLast();
    assertThat(slowStart.isWell()).isTrue();
    assertThat(slowStart.fact()).contains("tcp_slow_start_after_idle=0");
  }

  @Test
  void aSystemThatTellsNothingHasNoFindings() throws IOException {
    assertThat(new TcpExamination(proc).findings()).isEmpty();
  }
}
