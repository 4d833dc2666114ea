package dev.weft.task;

import org.jspecify.annotations.Nullable;

/**
 * The function that a stage of a {@link Pipeline} applies to each item.
 *
 * @param <T> the type of the items
 * @param <R> the type of the results
 */
@FunctionalInterface
public interface Step<T, R> {
  /** Returns the result for the next stage, or null to filter the item out. */
  @Nullable R apply(T item) throws Exception;
}
