package dev.weft.bench.load;

import com.google.gson.Gson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The generator's process. Prints {@code ready}, then reads lines from standard input: it runs a
 * {@link Plan} given as JSON, and {@code stop} ends the current one. Prints lines {@code progress
 * N} and {@code outcome JSON}, and exits at the end of its input. One process serves all runs, so
 * it is warm from the second one on.
 */
public final class LoadMain {
  private static final String STOP = "stop";

  private final Gson gson = new Gson();
  private final BlockingQueue<Plan> plans = new LinkedBlockingQueue<>();
  private volatile boolean stop;

  private LoadMain() {}

  /** Takes no arguments. */
  public static void main(String[] args) throws Exception {
    LoadMain load = new LoadMain();
    Thread.ofPlatform().daemon().name("commands").start(load::readCommands);
    System.out.println("ready");
    load.work();
  }

  private void readCommands() {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line; (line = in.readLine()) != null; ) {
        if (line.equals(STOP)) {
          stop = true;
        } else {
          stop = false;
          plans.add(gson.fromJson(line, Plan.class));
        }
      }
    } catch (IOException e) {
      System.err.println("commands cannot be read: " + e);
    }
    Runtime.getRuntime().halt(0);
  }

  private void work() throws Exception {
    while (true) {
      Plan plan = plans.take();
      try (Generator generator =
          new Generator(plan, done -> System.out.println("progress " + done), () -> stop)) {
        System.out.println("outcome " + gson.toJson(generator.run()));
      }
    }
  }
}
