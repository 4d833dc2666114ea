package dev.weft.debug.internal.goroutine;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.Weft;
import dev.weft.chan.Chan;
import dev.weft.debug.Debug;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GoroutineGroupsTest {
  private static void waitForOne(Chan<String> channel) throws InterruptedException {
    channel.receive();
  }

  private static void waitForAnother(Chan<String> channel) throws InterruptedException {
    channel.receive();
  }

  private static void waitForAThird(Chan<String> channel) throws InterruptedException {
    channel.receive();
  }

  /** How many goroutines wait in the method, or how many more. */
  private static int in(String method, GoroutineGroups groups) {
    return groups.bySize().stream()
        .filter(group ->
            group.key().stack().stream().anyMatch(frame -> frame.getMethodName().equals(method)))
        .mapToInt(GoroutineGroups.Group::count)
        .sum();
  }

  @Test
  void aDifferenceHasTheGoroutinesThatCameAndThoseThatWentAndNotThoseThatStayed() throws Exception {
    try (Debug _ = Debug.serve("127.0.0.1:0")) {
      Chan<String> first = Chan.unbuffered();
      Chan<String> second = Chan.unbuffered();
      List<Thread> leaving = new ArrayList<>();
      List<Thread> others = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        leaving.add(Weft.go(() -> waitForOne(first)));
        others.add(Weft.go(() -> waitForAThird(second)));
      }
      eventually(
          "the first ones wait",
          () -> {
            GoroutineGroups now = GoroutineGroups.take();
            return in("waitForOne", now) == 3 && in("waitForAThird", now) == 3;
          });
      GoroutineGroups before = GoroutineGroups.take();
      first.close();
      for (Thread each : leaving) {
        each.join();
      }
      for (int i = 0; i < 5; i++) {
        others.add(Weft.go(() -> waitForAnother(second)));
      }
      eventually("the others wait too", () -> in("waitForAnother", GoroutineGroups.take()) == 5);
      GoroutineGroups difference = GoroutineGroups.take().since(before);
      assertThat(in("waitForOne", difference)).isEqualTo(-3);
      assertThat(in("waitForAnother", difference)).isEqualTo(5);
      assertThat(difference.bySize())
          .noneSatisfy(
              group -> assertThat(group.key().stack().toString()).contains("waitForAThird"));
      second.close();
      for (Thread each : others) {
        each.join();
      }
    }
  }
}
