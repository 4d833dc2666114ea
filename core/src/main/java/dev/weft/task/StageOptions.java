package dev.weft.task;

/**
 * How a stage of a {@link Pipeline} works.
 *
 * @param ordered whether results leave in the order in which the items came
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

  /** Results in the order of the items; one worker, unless said otherwise. */
  public static StageOptions inOrder() {
    return new StageOptions(true, 1, 1, DEFAULT_BUFFER);
  }

  /** Results as they come; one worker, unless said otherwise. */
  public static StageOptions unordered() {
    return new StageOptions(false, 1, 1, DEFAULT_BUFFER);
  }

  /** The same with a fixed number of workers. */
  public StageOptions workers(int count) {
    return workers(count, count);
  }

  /** The same with workers added while the buffer is half full or more, and removed when idle. */
  public StageOptions workers(int min, int max) {
    return new StageOptions(ordered, min, max, buffer);
  }

  /** The same with room for that many waiting items. */
  public StageOptions buffer(int items) {
    return new StageOptions(ordered, minWorkers, maxWorkers, items);
  }
}
