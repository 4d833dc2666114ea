/**
 * Structured work: groups of goroutines, worker pools and pipelines.
 *
 * <p>{@code close} leaves nothing running, but not in the same way: a {@link
 * dev.weft.task.WorkerPool}, like a JDK executor, first does all that it was given; a {@link
 * dev.weft.task.Group} and a {@link dev.weft.task.Pipeline} cancel what still runs, so call their
 * {@code join} first for the results.
 */
@NullMarked
package dev.weft.task;

import org.jspecify.annotations.NullMarked;
