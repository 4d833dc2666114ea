package dev.weft.bench.process;

import com.google.gson.Gson;
import dev.weft.bench.load.LoadMain;
import dev.weft.bench.load.Outcome;
import dev.weft.bench.load.Plan;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/** The load generator in a process of its own. */
public final class LoadProcess implements AutoCloseable {
  private static final String PROGRESS = "progress ";
  private static final String OUTCOME = "outcome ";

  private final ChildJvm jvm;
  private final Gson gson = new Gson();

  /** Starts the process; returns when it is ready. */
  public LoadProcess(Optional<Integer> cpu) throws IOException {
    jvm = new ChildJvm("load", cpu, List.of(), LoadMain.class, List.of());
    jvm.readLine();
  }

  /**
   * Carries out a plan.
   *
   * @param progress receives the number of finished requests from time to time
   */
  public Outcome run(Plan plan, LongConsumer progress) throws IOException {
    jvm.writeLine(gson.toJson(plan));
    while (true) {
      String line = jvm.readLine();
      if (line.startsWith(PROGRESS)) {
        progress.accept(Long.parseLong(line.substring(PROGRESS.length())));
      } else if (line.startsWith(OUTCOME)) {
        return gson.fromJson(line.substring(OUTCOME.length()), Outcome.class);
      } else {
        throw new IOException("the load process ought to say how it goes, and said: " + line);
      }
    }
  }

  /**
   * Ends the current plan; its {@link #run} then returns the result so far. Any thread may call it.
   */
  public void stop() throws IOException {
    jvm.writeLine("stop");
  }

  @Override
  public void close() {
    jvm.close();
  }
}
