package dev.weft.internal.track;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class TrackerTest {
  private final Tracker<Object> tracker = new Tracker<>();

  private Set<Tracked<Object>> live() {
    Set<Tracked<Object>> found = new HashSet<>();
    tracker.forEach(found::add);
    return found;
  }

  @Test
  void knowsWhatHasBegunAndNotEnded() {
    List<Object> objects = new ArrayList<>();
    List<Tracked<Object>> entries = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      Object object = new Object();
      objects.add(object);
      entries.add(tracker.begin(object));
    }
    assertThat(live()).containsExactlyInAnyOrderElementsOf(entries);
    for (int i = 0; i < entries.size(); i += 2) {
      entries.get(i).end();
      entries.get(i).end();
    }
    assertThat(live()).hasSize(5_000).doesNotContain(entries.getFirst()).contains(entries.get(1));
    assertThat(objects).hasSize(10_000); // reachable until here
  }

  /** Threads add and remove what is theirs while one walks; nothing is lost, doubled or left. */
  @Test
  void concurrentUseLosesNothing() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    Object permanent = new Object();
    Tracked<Object> always = tracker.begin(permanent);
    try (var executor = Executors.newFixedThreadPool(4)) {
      Future<Integer> walks =
          executor.submit(() -> {
            int n = 0;
            do {
              assertThat(live()).contains(always);
              n++;
            } while (!over.get());
            return n;
          });
      Callable<List<Tracked<Object>>> churn =
          () -> {
            List<Object> objects = new ArrayList<>();
            List<Tracked<Object>> mine = new ArrayList<>();
            for (int i = 0; i < 30_000; i++) {
              if (!mine.isEmpty() && ThreadLocalRandom.current().nextInt(5) < 2) {
                mine.removeLast().end();
              } else {
                Object object = new Object();
                objects.add(object);
                mine.add(tracker.begin(object));
              }
            }
            assertThat(live()).containsAll(mine);
            return mine;
          };
      List<Tracked<Object>> kept = new ArrayList<>();
      for (Future<List<Tracked<Object>>> each : executor.invokeAll(List.of(churn, churn, churn))) {
        kept.addAll(each.get());
      }
      over.set(true);
      assertThat(walks.get()).isPositive();
      kept.forEach(Tracked::end);
      assertThat(live()).containsExactly(always);
    }
    assertThat(permanent).isNotNull();
  }
}
