package dev.weft.bench;

import dev.weft.bench.load.Outcome;
import dev.weft.bench.load.Plan;
import dev.weft.bench.measure.HostInfo;
import dev.weft.bench.measure.NetCounters;
import dev.weft.bench.measure.ProcessStatus;
import dev.weft.bench.measure.SyscallCounter;
import dev.weft.bench.model.Model;
import dev.weft.bench.model.ServerUsage;
import dev.weft.bench.process.Cpus;
import dev.weft.bench.process.LoadProcess;
import dev.weft.bench.process.ServerProcess;
import dev.weft.bench.report.Aggregation;
import dev.weft.bench.report.Round;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Measures the models in interleaved rounds: each gets a fresh server process for each run, warmed
 * up, so that neither one process nor other work on the host favours a model.
 */
final class Comparison {
  private final Request request;
  private final HostInfo host;
  private final Cpus cpus;
  private final Interruption interruption;
  private final Progress progress;
  private final Aggregation aggregation = new Aggregation();
  private final List<String> notes = new ArrayList<>();

  Comparison(
      Request request, HostInfo host, Cpus cpus, Interruption interruption, Progress progress) {
    this.request = request;
    this.host = host;
    this.cpus = cpus;
    this.interruption = interruption;
    this.progress = progress;
  }

  /** The number of steps that the progress bar shows. */
  static int steps(Request request) {
    return request.models().size() * (request.rounds() + (request.syscalls() ? 1 : 0));
  }

  Aggregation measure() throws IOException {
    try (LoadProcess load = new LoadProcess(cpus.load())) {
      interruption.concerns(load);
      for (int round = 0; round < request.rounds(); round++) {
        for (Model model : request.models()) {
          if (interruption.isRequested()) {
            return aggregation;
          }
          progress.begin(model.id() + ", round " + (round + 1) + " of " + request.rounds());
          measure(load, model, round);
          progress.end();
        }
      }
      if (request.syscalls()) {
        countSystemCalls(load);
      }
    }
    return aggregation;
  }

  /** Notes on the runs for the report. */
  List<String> notes() {
    return notes;
  }

  private ServerProcess start(Model model) throws IOException {
    return ServerProcess.start(
        model,
        request.workload().protocol(),
        request.size(),
        host.backlog(),
        request.freshThreads(),
        request.debug(),
        cpus.server());
  }

  private void measure(LoadProcess load, Model model, int round) throws IOException {
    try (ServerProcess server = start(model)) {
      load.run(request.warmupPlan(server.port()), ended -> {});
      if (interruption.isRequested()) {
        return;
      }
      ProcessStatus before = ProcessStatus.of(server.pid());
      NetCounters network = NetCounters.now();
      ServerUsage usage = server.usage();
      Plan plan = request.plan(server.port());
      long begin = System.nanoTime();
      Outcome outcome = load.run(plan, ended -> progress.part(done(plan, ended, begin)));
      if (outcome.stopped()) {
        notes.add(
            model.id()
                + ", round "
                + (round + 1)
                + " was cut short after "
                + outcome.ended()
                + " requests.");
      }
      if (outcome.ended() > 0) {
        aggregation.add(
            model,
            new Round(
                round,
                outcome,
                server.usage().since(usage),
                before,
                ProcessStatus.of(server.pid()),
                NetCounters.now().since(network),
                plan.clients()));
      }
    }
  }

  private static double done(Plan plan, long ended, long begin) {
    return Math.max(
        (double) ended / plan.requests(), (double) (System.nanoTime() - begin) / plan.nanos());
  }

  private void countSystemCalls(LoadProcess load) throws IOException {
    String tool = SyscallCounter.tool();
    if (tool == null) {
      notes.add(
          "--syscalls: neither perf nor strace works here; install one, or run with the permission to trace processes."
              + " System calls are as Weft's own layer counts them.");
      return;
    }
    for (Model model : request.models()) {
      if (interruption.isRequested()) {
        return;
      }
      progress.begin(model.id() + ", system calls with " + tool);
      countSystemCalls(load, model, tool);
      progress.end();
    }
    notes.add(
        "System calls were counted by "
            + tool
            + " in a run of its own with at most "
            + request.syscallPlan(0).clients()
            + " clients; they include what the JVM does besides.");
  }

  private void countSystemCalls(LoadProcess load, Model model, String tool) throws IOException {
    try (ServerProcess server = start(model)) {
      load.run(request.warmupPlan(server.port()), ended -> {});
      try (SyscallCounter counter = SyscallCounter.attach(tool, server.pid())) {
        Outcome outcome = load.run(request.syscallPlan(server.port()), ended -> {});
        OptionalLong calls = counter.stop();
        if (calls.isPresent() && outcome.ended() > 0) {
          aggregation.addSystemCalls(model, (double) calls.getAsLong() / outcome.ended());
        } else {
          notes.add(model.id() + ": " + tool + " counted nothing.");
        }
      }
    }
  }
}
