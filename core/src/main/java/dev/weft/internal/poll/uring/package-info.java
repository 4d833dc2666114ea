/**
 * The Linux backend on io_uring: requests go to the kernel in batches, their completions come back
 * through shared memory, one ring a processor.
 */
@NullMarked
package dev.weft.internal.poll.uring;

import org.jspecify.annotations.NullMarked;
