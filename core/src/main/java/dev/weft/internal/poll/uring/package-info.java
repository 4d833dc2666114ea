/**
 * The Linux backend on io_uring: requests are submitted in batches, completions are read from
 * shared memory; each processor has a ring.
 */
@NullMarked
package dev.weft.internal.poll.uring;

import org.jspecify.annotations.NullMarked;
