package dev.weft.internal.sched;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/** The idle machines are a stack. */
@Param(name = "number", gen = IntGen.class, conf = "1:3")
public class IdleMachinesLincheck {
  private final IdleMachines idle = new IdleMachines();

  @Operation
  public void push(@Param(name = "number") int number) {
    idle.push(Machines.of(number));
  }

  @Operation
  public int pop() {
    return Machines.number(idle.pop());
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
        .check(IdleMachinesLincheck.class);
  }

  @Test
  void modelChecked() {
    new ModelCheckingOptions()
        .iterations(20)
        .invocationsPerIteration(1_000)
        .check(IdleMachinesLincheck.class);
  }
}
