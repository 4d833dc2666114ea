package dev.weft.task;

import java.util.concurrent.CancellationException;

/** The receiver of a stage's results: the next stage, or the channel of results. */
interface Sink {
  /** What people know it by. */
  String name();

  /**
   * Accepts an item, waiting while there is no room.
   *
   * @throws CancellationException if the pipeline is stopped first; the item was not accepted
   * @throws InterruptedException if interrupted first; the item was not accepted
   */
  void put(Object item) throws InterruptedException;

  /** Nothing more will be put. May be called again. */
  void end();

  /**
   * Hands back what was accepted and not passed on; to be called when no goroutine runs any more.
   */
  void settle();
}
