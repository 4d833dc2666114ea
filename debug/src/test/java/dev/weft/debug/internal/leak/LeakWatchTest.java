package dev.weft.debug.internal.leak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The thread that looks for leaks: it lives as long as there are users. */
@Timeout(120)
final class LeakWatchTest {
  @Test
  void theNextUserStartsTheThreadWhenTheFirstOneCouldNot() throws Exception {
    AtomicReference<@Nullable Thread> made = new AtomicReference<>();
    boolean[] memory = {false};
    LeakWatch watch =
        new LeakWatch(body -> {
          if (!memory[0]) {
            throw new OutOfMemoryError("unable to create native thread (on purpose)");
          }
          made.set(Thread.ofPlatform().daemon().unstarted(body));
          return made.get();
        });
    assertThatThrownBy(watch::use).isInstanceOf(OutOfMemoryError.class);
    memory[0] = true;
    LeakWatch.Use first = watch.use();
    Thread thread = made.get();
    assertThat(thread).isNotNull();
    assertThat(thread.isAlive()).isTrue();
    LeakWatch.Use second = watch.use();
    first.close();
    first.close(); // counts once
    assertThat(made.get()).isSameAs(thread);
    assertThat(thread.isAlive()).isTrue();
    second.close();
    thread.join();
  }
}
