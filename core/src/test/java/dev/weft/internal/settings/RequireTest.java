package dev.weft.internal.settings;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RequireTest {
  @Test
  void aNumberIsAtLeastAnother() {
    assertThatCode(() -> Require.atLeast("size", 3, 3)).doesNotThrowAnyException();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Require.atLeast("size", 2, 3))
        .withMessage("size is 2, but must be 3 or more");
  }

  @Test
  void aTimeIsPositive() {
    Duration least = Duration.ofNanos(1);
    assertThatCode(() -> Require.positive("limit", least)).doesNotThrowAnyException();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Require.positive("limit", Duration.ZERO))
        .withMessage("limit is PT0S, but must be positive");
  }

  @Test
  void onlyATimeThatIsOptionalMayBeNull() {
    assertThatCode(() -> Require.positiveOrNull("limit", null)).doesNotThrowAnyException();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Require.positiveOrNull("limit", Duration.ofSeconds(-1)))
        .withMessage("limit is PT-1S, but must be positive");
    assertThatNullPointerException().isThrownBy(() -> Require.positive("limit", null));
  }
}
