package dev.weft.internal.poll.uring;

/**
 * Counts of what is in flight in all rings; a snapshot. When every connection is closed all counts
 * are zero, except {@code operations} of listeners and of the waker.
 *
 * @param operations requests that the kernel has yet to complete
 * @param buffers receive buffers that hold bytes not read yet
 * @param blocks blocks of memory being sent, or read or written for files
 * @param lingerQueue closed connections that are still sending
 */
public record InFlightCounts(int operations, int buffers, int blocks, int lingerQueue) {}
