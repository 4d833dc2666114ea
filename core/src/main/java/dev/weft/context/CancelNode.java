package dev.weft.context;

import dev.weft.internal.sync.SpinLock;
import org.jspecify.annotations.Nullable;

/**
 * A child of a {@link CancelPoint}: a further cancel point, or a callback.
 *
 * <p>The children of a point form a doubly linked list through their nodes, so that attaching and
 * detaching take constant time and no memory of the parent's.
 */
abstract sealed class CancelNode extends SpinLock permits CancelPoint, Callback {
  /** The point whose cancellation reaches this node, or null if none can. */
  final @Nullable CancelPoint parent;

  // Guarded by the parent's lock until the parent is cancelled, then the canceller's alone.
  @Nullable CancelNode previous;
  @Nullable CancelNode next;
  boolean attached;

  CancelNode(@Nullable CancelPoint parent) {
    this.parent = parent;
  }

  /** Leaves the parent's list; has no effect when it is not there. */
  final void detach() {
    if (parent != null) {
      parent.remove(this);
    }
  }
}
