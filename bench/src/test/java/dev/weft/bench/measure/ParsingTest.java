package dev.weft.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What the kernel and its tools print, as they print it. */
class ParsingTest {
  @Test
  void aProcessStatus() {
    ProcessStatus status =
        ProcessStatus.parse(
            List.of("Name:\tjava", "VmHWM:\t  204800 kB", "VmRSS:\t  102400 kB", "Threads:\t27"));
    assertThat(status).isEqualTo(new ProcessStatus(102_400 * 1024, 204_800 * 1024, 27));
  }

  @Test
  void aProcessStatusThatLacksALineSaysWhich() {
    assertThatThrownBy(() -> ProcessStatus.parse(List.of("Name:\tjava")))
        .hasMessageContaining("VmRSS");
  }

  @Test
  void countersAreFoundByNameWhateverTheirPlace() {
    NetCounters counters =
        NetCounters.parse(
            List.of(
                "TcpExt: SyncookiesSent ListenDrops ListenOverflows TCPTimeouts TCPSynRetrans",
                "TcpExt: 9 3 2 4 5",
                "Tcp: RtoAlgorithm RetransSegs",
                "Tcp: 1 17"));
    assertThat(counters).isEqualTo(new NetCounters(2, 3, 5, 4, 17));
    assertThat(counters.since(new NetCounters(1, 1, 1, 1, 1)))
        .isEqualTo(new NetCounters(1, 2, 4, 3, 16));
  }

  @Test
  void countersThatAKernelLacksAreZero() {
    assertThat(NetCounters.parse(List.of("TcpExt: A", "TcpExt: 1")))
        .isEqualTo(new NetCounters(0, 0, 0, 0, 0));
  }

  @Test
  void fieldsOfTheMachine() {
    List<String> cpuinfo = List.of("processor\t: 0", "model name\t: A CPU @ 3 GHz");
    assertThat(HostInfo.field(cpuinfo, "model name")).isEqualTo("A CPU @ 3 GHz");
    assertThat(HostInfo.field(cpuinfo, "colour")).isEqualTo("unknown");
  }

  @Test
  void whatPerfPrints() {
    assertThat(
            SyscallCounter.parsePerf(
                List.of("# started", "", "12345,,raw_syscalls:sys_enter,1000,100.00,,")))
        .isEqualTo(OptionalLong.of(12_345));
    assertThat(
            SyscallCounter.parsePerf(List.of("<not counted>,,raw_syscalls:sys_enter,0,100.00,,")))
        .isEmpty();
    assertThat(SyscallCounter.parsePerf(List.of())).isEmpty();
  }

  @Test
  void whatStracePrints() {
    List<String> lines =
        List.of(
            "% time     seconds  usecs/call     calls    errors syscall",
            " 99.00    0.010000           5      2000           futex",
            "100.00    0.010101           5      2021        37 total");
    assertThat(SyscallCounter.parseStrace(lines)).isEqualTo(OptionalLong.of(2021));
  }
}
