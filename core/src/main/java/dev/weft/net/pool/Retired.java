package dev.weft.net.pool;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Connections taken out of a pool under its lock, to be closed when the lock is free again. */
final class Retired<T> {
  private @Nullable List<Slot<T>> slots;

  void add(Slot<T> slot) {
    if (slots == null) {
      slots = new ArrayList<>();
    }
    slots.add(slot);
  }

  void close() {
    if (slots != null) {
      slots.forEach(Slot::closeConn);
    }
  }
}
