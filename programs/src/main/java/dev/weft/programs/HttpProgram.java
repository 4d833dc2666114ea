package dev.weft.programs;

import java.util.concurrent.atomic.AtomicReference;

/** A program that is an HTTP server with {@link Pages}. */
interface HttpProgram extends Program {
  @Override
  AutoCloseable serve(int port) throws Exception;

  @Override
  default void check(Report report) throws Exception {
    int port = Ports.free();
    AtomicReference<AutoCloseable> server = new AtomicReference<>(serve(port));
    new HttpChecks(port).run(report);
    report.check(
        "starts again",
        () -> {
          server.get().close();
          server.set(serve(port));
          new HttpChecks(port).greet();
        });
    report.check("stops", () -> server.get().close());
  }
}
