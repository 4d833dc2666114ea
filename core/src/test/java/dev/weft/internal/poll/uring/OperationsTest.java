package dev.weft.internal.poll.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.sys.SubmissionQueue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An operation is found by its token while it is in flight, and not afterwards. */
class OperationsTest {
  private final Operations operations = new Operations();
  private UringFixture fixture;

  @BeforeEach
  void open() throws Exception {
    fixture = new UringFixture(1, new RingSizes(4, 8, 2, 4096));
  }

  private Operation operation() {
    return new Operation(fixture.poller.rings[0]) {
      @Override
      void write(SubmissionQueue queue) {}

      @Override
      boolean complete(int result, int flags, boolean last) {
        return false;
      }
    };
  }

  @Test
  void operationIsFoundByItsTokenUntilItIsSubmittedAgain() {
    Operation one = operation();
    operations.add(one);
    long first = one.token;
    assertThat(operations.find(first)).isSameAs(one);
    operations.remove(one);
    operations.add(one);
    assertThat(one.token).isNotEqualTo(first);
    operations.recycle();
    assertThat(operations.find(first)).isNull();
    assertThat(operations.find(one.token)).isSameAs(one);
    assertThat(operations.size()).isEqualTo(1);
  }

  @Test
  void unknownTokensFindNothing() {
    assertThat(operations.find(ProcessorRing.NO_OPERATION)).isNull();
    assertThat(operations.find(0)).isNull();
    assertThat(operations.find(Long.MAX_VALUE)).isNull();
  }

  /** Against a list, with thousands of them. */
  @Test
  void tableGrowsAndIndicesAreReused() {
    var random = new Random(1);
    List<Operation> underWay = new ArrayList<>();
    Set<Long> used = new HashSet<>();
    for (int i = 0; i < 20_000; i++) {
      if (underWay.isEmpty() || random.nextInt(5) > (i < 10_000 ? 1 : 2)) {
        Operation added = operation();
        operations.add(added);
        assertThat(used.add(added.token)).as("a new token").isTrue();
        underWay.add(added);
      } else {
        Operation removed = underWay.remove(random.nextInt(underWay.size()));
        assertThat(operations.find(removed.token)).isSameAs(removed);
        operations.remove(removed);
        if (random.nextInt(10) == 0 || !operations.mayRemove()) {
          operations.recycle();
          assertThat(operations.find(removed.token)).isNull();
        }
      }
      assertThat(operations.size()).isEqualTo(underWay.size());
    }
    operations.recycle();
    for (Operation each : underWay) {
      assertThat(operations.find(each.token)).isSameAs(each);
    }
  }

  /** The completions of a batch may end more operations than the list of removed ones holds. */
  @Test
  void removingTellsWhenThereIsNoRoomBeforeTheNextRecycling() {
    List<Operation> all = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      Operation each = operation();
      operations.add(each);
      all.add(each);
    }
    int recycled = 0;
    for (Operation each : all) {
      if (!operations.mayRemove()) {
        operations.recycle();
        recycled++;
      }
      operations.remove(each);
    }
    operations.recycle();
    assertThat(recycled).isPositive();
    assertThat(operations.size()).isZero();
    assertThat(operations.snapshot()).isEmpty();
  }

  @Test
  void operationThatWasTakenBackIsFoundNoMore() {
    Operation one = operation();
    operations.add(one);
    operations.takeBack(one);
    assertThat(operations.find(one.token)).isNull();
    assertThat(operations.size()).isZero();
  }
}
