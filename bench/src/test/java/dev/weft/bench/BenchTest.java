package dev.weft.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.weft.internal.sys.NativeAccess;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command as a whole, on tiny loads. */
class BenchTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir private Path folder;

  private int bench(String... arguments) {
    return new CommandLine(new Bench())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  private static void assumeLinux() {
    assumeThat(NativeAccess.unavailableBecause()).as("system calls can be made").isNull();
  }

  @Test
  @Timeout(600) // some twenty processes, one after the other
  void everyModelAnswersEveryRequestOfEveryWorkload() throws Exception {
    assumeLinux();
    for (String workload : new String[] {"short", "keepalive", "echo"}) {
      Path json = folder.resolve(workload + ".json");
      Path page = folder.resolve(workload + ".html");
      assertThat(
              bench(
                  "-w",
                  workload,
                  "-c",
                  "8",
                  "-n",
                  "200",
                  "-d",
                  "60s",
                  "--rounds",
                  "1",
                  "--warmup",
                  "50ms",
                  "--json",
                  json.toString(),
                  "--report",
                  page.toString()))
          .as(err.toString())
          .isZero();
      JsonObject report = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
      assertThat(report.getAsJsonArray("models").size())
          .isEqualTo(6 - report.getAsJsonObject("unavailable").size());
      report
          .getAsJsonArray("models")
          .forEach(model -> {
            JsonObject figures = model.getAsJsonObject().getAsJsonObject("figures");
            assertThat(median(figures, "errors")).as(model.toString()).isZero();
            assertThat(median(figures, "requests_per_second")).isPositive();
            assertThat(median(figures, "cpu")).isPositive();
          });
      assertThat(Files.readString(page)).contains("\"workload\":\"" + workload + "\"");
    }
    assertThat(out.toString()).contains("netpoll", "requests/s");
  }

  private static double median(JsonObject figures, String metric) {
    return figures.getAsJsonObject(metric).get("median").getAsDouble();
  }

  @Test
  void silentClientsHoldHandlersUntilTheDeadlineOrTheDoneChannel() throws Exception {
    assumeLinux();
    Path json = folder.resolve("leak.json");
    assertThat(bench("--scenario", "leak", "-c", "20", "-d", "6s", "--json", json.toString()))
        .as(err.toString())
        .isZero();
    var rows =
        JsonParser.parseString(Files.readString(json)).getAsJsonObject().getAsJsonArray("rows");
    // A handler each and the one that accepts, of 20 clients; at the end, those with a way out are
    // gone.
    assertThat(rows.get(1).getAsJsonArray().get(2).getAsString()).isEqualTo("21");
    assertThat(rows.get(2).getAsJsonArray().get(2).getAsString()).isEqualTo("1");
    assertThat(rows.get(3).getAsJsonArray().get(2).getAsString()).isEqualTo("1");
  }

  @Test
  void whatCannotBeAskedForIsRefusedWithWhatCan() {
    assertThat(bench("-m", "select")).isEqualTo(2);
    assertThat(err.toString())
        .contains("-m takes blocking, nonblocking, epoll, netpoll, io_uring, jdk, not 'select'");
    assertThat(bench("-c", "0")).isEqualTo(2);
    assertThat(err.toString()).contains("-c must be a whole number from 1, not 0");
    assertThat(bench("-d", "soon")).isEqualTo(2);
    assertThat(bench("--report", folder.resolve("none/page.html").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("there is no folder " + folder.resolve("none"));
    assertThat(bench("--json", folder.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("--json cannot write " + folder + ": it is a folder");
    assertThat(bench("--scenario", "storm")).isEqualTo(2);
    assertThat(err.toString()).contains("--scenario takes leak, hog");
  }
}
