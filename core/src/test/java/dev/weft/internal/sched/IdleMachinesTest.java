package dev.weft.internal.sched;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class IdleMachinesTest {
  private final IdleMachines idle = new IdleMachines();

  @Test
  void theLatestComesFirst() {
    Machine first = Machines.machine();
    Machine second = Machines.machine();
    assertThat(idle.any()).isFalse();
    idle.push(first);
    idle.push(second);
    assertThat(idle.any()).isTrue();
    assertThat(idle.pop()).isSameAs(second);
    assertThat(idle.pop()).isSameAs(first);
    assertThat(idle.pop()).isNull();
    assertThat(idle.any()).isFalse();
  }

  @Test
  void theFirstClaimOfATicketGetsTheMachine() {
    Machine machine = Machines.machine();
    IdleMachines.Ticket left = idle.push(machine);
    assertThat(left.claim()).isTrue();
    assertThat(left.claim()).isFalse();
    assertThat(idle.any()).isFalse();
    assertThat(idle.pop()).isNull();

    IdleMachines.Ticket popped = idle.push(machine);
    assertThat(idle.pop()).isSameAs(machine);
    assertThat(popped.claim()).isFalse();
  }

  @Test
  void machinesLeaveFromTheMiddle() {
    record Stay(Machine machine, IdleMachines.Ticket ticket) {}
    List<Machine> machines = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      machines.add(Machines.machine());
    }
    Deque<Stay> model = new ArrayDeque<>();
    var random = new SplittableRandom(1);
    for (int i = 0; i < 20_000; i++) {
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          if (!machines.isEmpty()) {
            Machine machine = machines.removeLast();
            model.push(new Stay(machine, idle.push(machine)));
          }
        }
        case 2 -> {
          Machine popped = idle.pop();
          Stay expected = model.poll();
          assertThat(popped).isSameAs(expected == null ? null : expected.machine);
          if (popped != null) {
            machines.add(popped);
          }
        }
        default -> {
          var stays = new ArrayList<>(model);
          if (!stays.isEmpty()) {
            Stay leaving = stays.get(random.nextInt(stays.size()));
            assertThat(leaving.ticket.claim()).isTrue();
            model.remove(leaving);
            machines.add(leaving.machine);
          }
        }
      }
      assertThat(idle.any()).isEqualTo(!model.isEmpty());
    }
  }
}
