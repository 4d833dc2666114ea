package dev.weft.task;

import org.jspecify.annotations.Nullable;

/**
 * What a stage of a {@link Pipeline} does with each item.
 *
 * @param <T> what comes in
 * @param <R> what goes out
 */
@FunctionalInterface
public interface Step<T, R> {
  /** The result for the next stage, or null to filter the item out. */
  @Nullable R apply(T item) throws Exception;
}
