package dev.weft.task;

/**
 * The options of a stage of a {@link Pipeline}.
 *
 * @param ordered whether results are in the order of the items
 * @param minWorkers how many goroutines it always has
 * @param maxWorkers how many it has while items queue up
 * @param buffer how many items may wait for it
 */
public record StageOptions(boolean ordered, int minWorkers, int maxWorkers, int buffer) {
  private static final int DEFAULT_BUFFER = 16;

  /** Checks that the numbers make sense. */
  public StageOptions {
    if (minWorkers < 1 || maxWorkers < minWorkers || buffer < 1) {
      throw new IllegalArgumentException(
          "a stage needs 1 <= minWorkers <= maxWorkers and buffer >= 1, but was given minWorkers="
              + minWorkers
              + ", maxWorkers="
              + maxWorkers
              + ", buffer="
              + buffer);
    }
  }

  /** Returns options with results in the order of the items, and one worker. */
  public static StageOptions inOrder() {
    return new StageOptions(true, 1, 1, DEFAULT_BUFFER);
  }

  /** Returns options with results in the order of their completion, and one worker. */
  public static StageOptions unordered() {
    return new StageOptions(false, 1, 1, DEFAULT_BUFFER);
  }

  /** Returns a copy with a fixed number of workers. */
  public StageOptions withWorkers(int count) {
    return withWorkers(count, count);
  }

  /**
   * Returns a copy with workers that are added while the buffer is at least half full, and removed
   * when idle.
   */
  public StageOptions withWorkers(int min, int max) {
    return new StageOptions(ordered, min, max, buffer);
  }

  /** Returns a copy with a buffer for that many waiting items. */
  public StageOptions withBuffer(int items) {
    return new StageOptions(ordered, minWorkers, maxWorkers, items);
  }
}
