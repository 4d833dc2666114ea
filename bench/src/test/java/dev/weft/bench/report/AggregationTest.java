package dev.weft.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.bench.measure.HostInfo;
import dev.weft.bench.model.Model;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AggregationTest {
  @Test
  void theRatioIsTheMedianOfTheRoundsRatios() {
    Figure figure = Figure.of(List.of(2.0, 10.0, 6.0), List.of(1.0, 10.0, 2.0));
    assertThat(figure).isEqualTo(new Figure(6, 2, 10, 2.0));
    assertThat(figure.spreadPercent()).isCloseTo(66.7, within(0.1));
  }

  @Test
  void roundsThatAreMissingOnOneSideCountForTheOther() {
    assertThat(Figure.of(Arrays.asList(2.0, null), Arrays.asList(null, 4.0)))
        .isEqualTo(new Figure(2, 2, 2, null));
    assertThat(Figure.of(Arrays.asList(null, null), List.of(1.0, 1.0))).isNull();
    assertThat(Figure.of(List.of(3.0), List.of(0.0)).ratio()).isNull();
  }

  @Test
  void theMedianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
    assertThat(Figure.median(List.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(2.5);
  }

  @Test
  void figuresOfAModel() {
    List<ModelReport> models = Samples.aggregation().models();
    assertThat(models).extracting(ModelReport::id).containsExactly("blocking", "epoll");
    ModelReport blocking = models.getFirst();
    Figure cpu = blocking.figures().get("cpu");
    assertThat(cpu.median()).isEqualTo(12);
    assertThat(cpu.ratio()).isEqualTo(3);
    assertThat(blocking.figures().get("kernel_share").median()).isEqualTo(75);
    assertThat(blocking.figures().get("rss_per_connection").median()).isEqualTo(200);
    assertThat(blocking.figures().get("p50").median()).isCloseTo(1500, within(5.0));
    assertThat(blocking.failures()).containsEntry("no answer in time", 3L);
    assertThat(blocking.rounds()).hasSize(3);
    assertThat(models.get(1).figures().get("cpu").ratio()).isEqualTo(1);
  }

  @Test
  void systemCallsAreWeftsOwnCountUnlessAToolCounted() {
    Aggregation aggregation = Samples.aggregation();
    assertThat(figures(aggregation, 1)).containsKey("system_calls");
    assertThat(figures(aggregation, 0)).doesNotContainKey("system_calls"); // not ours to count
    aggregation.addSystemCalls(Model.BLOCKING, 14);
    aggregation.addSystemCalls(Model.EPOLL, 7);
    assertThat(figures(aggregation, 0).get("system_calls")).isEqualTo(new Figure(14, 14, 14, 2.0));
  }

  private static Map<String, Figure> figures(Aggregation aggregation, int model) {
    return aggregation.models().get(model).figures();
  }

  @Test
  void theDistributionEndsWhereThereIsLessThanARequest() {
    List<ModelReport.Point> points = Samples.aggregation().models().get(1).distribution();
    assertThat(points.getFirst().millis()).isCloseTo(1, within(0.01));
    assertThat(points.getLast().percentile()).isEqualTo(99.95); // of 3,000
    assertThat(points).isSortedAccordingTo((a, b) -> Double.compare(a.millis(), b.millis()));
  }

  @Test
  void whatTheKernelDidIsToldOfThoseItDidItTo() {
    List<String> findings = Findings.ofKernel(Samples.aggregation().models(), 4096);
    assertThat(findings.getFirst()).contains("4096", "after a second");
    assertThat(findings.get(1)).startsWith("blocking:").contains("40 times a run", "2.00 %");
    assertThat(findings).hasSize(2);
    assertThat(Findings.ofKernel(List.of(), 4096))
        .singleElement()
        .asString()
        .contains("No listener");
  }

  @Test
  void runsThatAreTooShortAreToldOf() {
    Settings settings = Samples.report().settings();
    assertThat(Samples.aggregation().seconds()).isEqualTo(Map.of("blocking", 2.0, "epoll", 2.0));
    assertThat(Findings.ofLength(Map.of("epoll", 2.0), settings)).isEmpty();
    assertThat(Findings.ofLength(Map.of("epoll", 0.25), settings))
        .singleElement()
        .asString()
        .contains("epoll 0.25 s", "-n");
    Settings cold = new Settings("short", 100, 1000, 20, 128, 3, 0.5);
    assertThat(Findings.ofLength(Map.of("epoll", 2.0), cold))
        .singleElement()
        .asString()
        .contains("warm-up of 0.5 s");
  }

  @Test
  void aBusyMachineIsToldOf() {
    HostInfo quiet = new HostInfo("a CPU", 2, 8L << 30, "Linux 6", "JDK 25", "0.1", 4096, 0.5);
    assertThat(Findings.ofHost(quiet)).isNull();
    HostInfo busy = new HostInfo("a CPU", 2, 8L << 30, "Linux 6", "JDK 25", "0.1", 4096, 5);
    assertThat(Findings.ofHost(busy)).contains("load average 5.0 on 2 CPUs");
  }
}
