package dev.weft.internal.closing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CloseStepsTest {
  private final List<Object> made = new ArrayList<>();

  private void make(RuntimeException failing) {
    made.add(failing);
    throw failing;
  }

  private void make(Error failing) {
    made.add(failing);
    throw failing;
  }

  @Test
  void withoutFailuresNothingIsThrown() {
    CloseSteps steps = new CloseSteps();
    steps.each(List.of(1, 2), made::add);
    steps.run(() -> made.add(3));
    steps.end();
    assertThat(made).containsExactly(1, 2, 3);
  }

  @Test
  void eachStepIsMadeAndTheFirstFailureThrown() {
    var first = new IllegalStateException("first");
    var second = new IllegalStateException("second");
    var third = new OutOfMemoryError("third");
    CloseSteps steps = new CloseSteps();
    steps.each(List.of(first, second), this::make);
    steps.run(() -> make(third));
    assertThat(made).containsExactly(first, second, third);
    assertThatThrownBy(steps::end).isSameAs(first).hasSuppressedException(second);
    assertThat(first.getSuppressed()).containsExactly(second, third);
  }

  @Test
  void anErrorIsThrown() {
    var error = new OutOfMemoryError("on purpose");
    CloseSteps steps = new CloseSteps();
    steps.run(() -> make(error));
    steps.run(() -> make(error)); // as the JVM does; no exception suppresses itself
    assertThat(made).hasSize(2);
    assertThatThrownBy(steps::end).isSameAs(error).hasNoSuppressedExceptions();
  }

  @Test
  void theFailureThatIsTheReasonSuppressesThoseOfTheSteps() {
    var reason = new IOException("why");
    var failure = new IllegalStateException("on purpose");
    new CloseSteps(reason).run(() -> make(failure));
    assertThat(reason.getSuppressed()).containsExactly(failure);
  }
}
