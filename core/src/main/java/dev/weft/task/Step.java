package dev.weft.task;

import org.jspecify.annotations.Nullable;

/**
 * The function that a stage of a {@link Pipeline} applies to each item.
 *
 * @param <T> what comes in
 * @param <R> what goes out
 */
@FunctionalInterface
public interface Step<T, R> {
  /** The result for the next stage, or null to filter the item out. */
  @Nullable R apply(T item) throws Exception;
}
