package dev.weft.chan;

import dev.weft.chan.Selector.Clause;
import java.util.Arrays;

/**
 * The order in which a select locks its channels: by their ids, each once. All selects lock in the
 * same order, so two of them never wait for each other.
 */
final class LockOrder {
  private LockOrder() {}

  static HChan<?>[] of(Clause[] clauses, int size) {
    HChan<?>[] order = new HChan<?>[size];
    int count = 0;
    for (int i = 0; i < size; i++) {
      HChan<?> channel = clauses[i].channel;
      int at = count;
      while (at > 0 && order[at - 1].id() > channel.id()) {
        at--;
      }
      if (at == 0 || order[at - 1] != channel) {
        System.arraycopy(order, at, order, at + 1, count - at);
        order[at] = channel;
        count++;
      }
    }
    return count == size ? order : Arrays.copyOf(order, count);
  }
}
