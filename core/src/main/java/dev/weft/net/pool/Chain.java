package dev.weft.net.pool;

import org.jspecify.annotations.Nullable;

/**
 * A doubly linked list through its elements, so that neither adding nor removing takes memory. An
 * element is in one list at most. Guarded by the pool's lock.
 */
final class Chain<E extends Chain.Link<E>> {
  /** What an element knows of its list. */
  abstract static class Link<E> {
    @Nullable E previous;
    @Nullable E next;
  }

  private @Nullable E first;
  private @Nullable E last;

  @Nullable E first() {
    return first;
  }

  @Nullable E last() {
    return last;
  }

  void add(E element) {
    element.previous = last;
    if (last == null) {
      first = element;
    } else {
      last.next = element;
    }
    last = element;
  }

  void remove(E element) {
    E before = element.previous;
    E after = element.next;
    if (before == null) {
      first = after;
    } else {
      before.next = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.previous = before;
    }
    element.previous = null;
    element.next = null;
  }

  /** Takes all elements out; returns the first, from which the others are linked. */
  @Nullable E removeAll() {
    E all = first;
    first = null;
    last = null;
    return all;
  }
}
