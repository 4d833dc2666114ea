package dev.weft.internal.poll.file;

/** A poller that can also perform file operations, so that they block no thread. */
public interface FilePoller {
  /**
   * Returns the operations that park the calling goroutine instead of blocking its thread.
   *
   * @param blocking performs the operations that the poller does not support
   */
  BlockingFileOps fileOps(BlockingFileOps blocking);
}
