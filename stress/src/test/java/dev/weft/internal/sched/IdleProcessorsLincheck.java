package dev.weft.internal.sched;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The idle processors are a set, as long as one word holds them. */
@Param(name = "id", gen = IntGen.class, conf = "0:3")
public class IdleProcessorsLincheck {
  private final IdleProcessors idle = new IdleProcessors(Machines.PROCESSORS);

  @Operation
  public void put(@Param(name = "id") int id) {
    idle.put(Machines.PROCESSORS[id]);
  }

  @Operation
  public @Nullable Integer take() {
    Processor taken = idle.take();
    return taken == null ? null : taken.id;
  }

  @Operation
  public boolean takeThis(@Param(name = "id") int id) {
    return idle.take(Machines.PROCESSORS[id]);
  }

  @Operation
  public int count() {
    return idle.count();
  }

  @Operation
  public boolean any() {
    return idle.any();
  }

  @Test
  void underLoad() {
    new StressOptions()
        .iterations(20)
        .invocationsPerIteration(2_000)
        .check(IdleProcessorsLincheck.class);
  }

  @Test
  void modelChecked() {
    new ModelCheckingOptions()
        .iterations(20)
        .invocationsPerIteration(1_000)
        .check(IdleProcessorsLincheck.class);
  }
}
