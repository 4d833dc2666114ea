package dev.weft.internal.poll.uring;

/**
 * What is under way at one moment, in all lanes; all zero, but for {@code operations} of listeners
 * and the bell, when every connection is closed.
 *
 * @param operations requests that the kernel has yet to complete
 * @param buffers receive buffers that hold bytes somebody has yet to read
 * @param blocks pieces of memory that are being sent, or read or written for files
 * @param lingering closed connections with bytes still to be sent
 */
public record Outstanding(int operations, int buffers, int blocks, int lingering) {}
