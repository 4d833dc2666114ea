package dev.weft.context;

import dev.weft.internal.sync.SpinLock;
import org.jspecify.annotations.Nullable;

/**
 * Something that is told when a {@link CancelPoint} is cancelled: a further cancel point, or a
 * callback.
 *
 * <p>The children of a point form a doubly linked list through their nodes, so that attaching and
 * detaching take constant time and no memory of the parent's.
 */
abstract class CancelNode extends SpinLock {
  /** The point that tells this node, or null if none can. Set once, before the node is shared. */
  final @Nullable CancelPoint parent;

  // Guarded by the parent's lock until the parent is cancelled, then the canceller's alone.
  @Nullable CancelNode previous;
  @Nullable CancelNode next;
  boolean attached;

  CancelNode(@Nullable CancelPoint parent) {
    this.parent = parent;
  }

  /**
   * The cancellation has come down to this node. Called on the thread that cancels; returns the
   * first of this node's own children, from now on the caller's, with {@code rest} joined to the
   * last of them.
   */
  abstract @Nullable CancelNode cancelled(Object reason, @Nullable CancelNode rest);

  /** Leaves the parent's list; has no effect when it is not there. */
  final void detach() {
    if (parent != null) {
      parent.remove(this);
    }
  }
}
