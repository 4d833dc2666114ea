package dev.weft.net.pool;

import org.jspecify.annotations.Nullable;

/**
 * The current leases in the order in which they were taken: a doubly linked list through the
 * leases, so that neither adding nor removing allocates. Guarded by the pool's lock.
 */
final class LeaseList<T> {
  private @Nullable Lease<T> first;
  private @Nullable Lease<T> last;

  @Nullable Lease<T> first() {
    return first;
  }

  void add(Lease<T> lease) {
    lease.previous = last;
    if (last == null) {
      first = lease;
    } else {
      last.next = lease;
    }
    last = lease;
  }

  void remove(Lease<T> lease) {
    Lease<T> before = lease.previous;
    Lease<T> after = lease.next;
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
    lease.previous = null;
    lease.next = null;
  }
}
