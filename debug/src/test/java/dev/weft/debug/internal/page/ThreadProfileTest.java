package dev.weft.debug.internal.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class ThreadProfileTest {
  @Test
  void aDifferenceHasTheThreadsThatCameAndWent() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    ThreadProfile before = ThreadProfile.take();
    List<Thread> started = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      started.add(
          Thread.ofPlatform()
              .name("grown-" + i)
              .start(() -> {
                try {
                  end.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }));
    }
    ThreadProfile during = ThreadProfile.take();
    assertThat(textOf(during.since(before))).contains("\n3\tgrown\n");
    assertThat(textOf(during.since(during)))
        .startsWith("threadcreate profile: total 0;")
        .doesNotContain("grown");
    end.countDown();
    for (Thread each : started) {
      each.join();
    }
    assertThat(textOf(ThreadProfile.take().since(during))).contains("\n-3\tgrown\n");
  }

  private static String textOf(ThreadProfile profile) throws Exception {
    StringBuilder text = new StringBuilder();
    profile.writeText(text);
    return text.toString();
  }
}
