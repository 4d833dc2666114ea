package dev.weft.internal.poll.uring;

/**
 * How large a ring's rings are.
 *
 * @param submissions requests that can wait to be handed over; beyond, whoever has another hands
 *     them over first
 * @param completions completions that can wait to be read, at least as many; beyond, the kernel
 *     keeps them itself, at a cost
 * @param buffers pieces of memory to receive into, a power of two
 * @param bufferSize their size in bytes
 */
record RingSizes(int submissions, int completions, int buffers, int bufferSize) {
  /** 4 MiB a processor to receive into, of which only what is in use is ever touched. */
  static final RingSizes DEFAULT = new RingSizes(1024, 16 * 1024, 64, 64 * 1024);
}
