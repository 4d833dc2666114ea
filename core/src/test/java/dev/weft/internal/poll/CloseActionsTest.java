package dev.weft.internal.poll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.Goroutines;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CloseActionsTest {
  private final List<String> ran = new ArrayList<>();
  private final CloseActions actions = new CloseActions();

  @Test
  void actionsRunOnceWhenItIsClosed() {
    actions.add(() -> ran.add("one"));
    actions.add(() -> ran.add("two"));
    assertThat(ran).isEmpty();
    actions.run();
    actions.run();
    assertThat(ran).containsExactlyInAnyOrder("one", "two");
  }

  @Test
  void anActionThatComesLateRunsAtOnce() {
    actions.run();
    actions.add(() -> ran.add("late"));
    assertThat(ran).containsExactly("late");
  }

  @Test
  void anActionThatFailsKeepsNoOtherFromRunning() {
    actions.add(() -> ran.add("one"));
    actions.add(() -> {
      throw new IllegalStateException("on purpose");
    });
    actions.add(() -> ran.add("three"));
    actions.run();
    assertThat(ran).containsExactlyInAnyOrder("one", "three");
  }

  @Test
  void noneIsLostWhenAddingRacesWithClosing() throws Exception {
    for (int round = 0; round < 500; round++) {
      CloseActions racing = new CloseActions();
      AtomicInteger count = new AtomicInteger();
      try (var goroutines = new Goroutines()) {
        for (int i = 0; i < 4; i++) {
          goroutines.go(() -> racing.add(count::incrementAndGet));
        }
        goroutines.go(racing::run);
      }
      assertThat(count).hasValue(4);
    }
  }
}
