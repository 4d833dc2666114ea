package dev.weft.internal.poll.uring;

/**
 * The sizes of a ring.
 *
 * @param submissions requests that can be queued; a full queue is submitted before another request
 *     is added
 * @param completions completions that can be queued, at least as many; the kernel keeps further
 *     ones in memory of its own, at a cost
 * @param buffers receive buffers, a power of two
 * @param bufferSize their size in bytes
 */
record RingSizes(int submissions, int completions, int buffers, int bufferSize) {
  /** 4 MiB of receive buffers per processor; unused pages are never touched. */
  static final RingSizes DEFAULT = new RingSizes(1024, 16 * 1024, 64, 64 * 1024);
}
