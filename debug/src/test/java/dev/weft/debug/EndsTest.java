package dev.weft.debug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EndsTest {
  private final List<String> ran = new ArrayList<>();
  private final Ends ends = new Ends();

  private Runnable step(String name) {
    return () -> ran.add(name);
  }

  private <E extends RuntimeException> Runnable failing(String name, E failure) {
    return () -> {
      ran.add(name);
      throw failure;
    };
  }

  @Test
  void eachStepRunsOnceInItsOrder() {
    ends.addFirst(step("second"));
    ends.addFirst(step("first"));
    ends.addLast(step("third"));
    ends.close();
    ends.close();
    assertThat(ran).containsExactly("first", "second", "third");
  }

  @Test
  void aStepThatFailsSkipsNoOtherAndItsFailureCarriesTheLaterOnes() {
    var first = new IllegalStateException("first");
    var later = new IllegalArgumentException("later");
    ends.addLast(failing("a", first));
    ends.addLast(step("b"));
    ends.addLast(failing("c", later));
    ends.addLast(failing("d", first));
    ends.addLast(() -> {
      ran.add("e");
      throw new AssertionError("last");
    });
    assertThatThrownBy(ends::close).isSameAs(first);
    assertThat(ran).containsExactly("a", "b", "c", "d", "e");
    assertThat(first.getSuppressed()).hasSize(2).contains(later);
    assertThatCode(ends::close).as("once only").doesNotThrowAnyException();
  }
}
