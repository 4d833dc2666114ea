package dev.weft.internal.poll.uring;

/**
 * What is under way at one moment, in all rings; all zero, but for {@code operations} of listeners
 * and the waker, when every connection is closed.
 *
 * @param operations requests that the kernel has yet to complete
 * @param buffers receive buffers that hold bytes somebody has yet to read
 * @param blocks pieces of memory that are being sent, or read or written for files
 * @param lingerQueue closed connections with bytes still to be sent
 */
public record InFlightCounts(int operations, int buffers, int blocks, int lingerQueue) {}
