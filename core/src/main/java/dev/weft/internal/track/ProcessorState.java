package dev.weft.internal.track;

import org.jspecify.annotations.Nullable;

/**
 * A processor (P) as it was a moment ago.
 *
 * @param machine the name of the machine that owns it; null while it is idle
 * @param queued goroutines in its run queue, with the one that runs next
 * @param timers timers in its heap
 */
public record ProcessorState(int id, @Nullable String machine, int queued, int timers) {}
