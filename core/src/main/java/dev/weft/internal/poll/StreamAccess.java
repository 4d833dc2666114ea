package dev.weft.internal.poll;

import org.jspecify.annotations.Nullable;

/**
 * Finds the descriptor of a connection of the public API, which does not expose it. The package of
 * the connections supplies the one implementation before it creates the first connection.
 */
public abstract class StreamAccess {
  private static volatile @Nullable StreamAccess supplied;

  /** Supplies the implementation. */
  public static void supply(StreamAccess access) {
    supplied = access;
  }

  /** Returns the descriptor of a connection; {@code null} when it has none of Weft's. */
  public static @Nullable StreamFd descriptor(Object conn) {
    StreamAccess access = supplied;
    return access == null ? null : access.descriptorOf(conn);
  }

  /** Returns the cancel signal of this view of a connection; {@code null} when it has none. */
  public static @Nullable CancelSignal cancelSignal(Object conn) {
    StreamAccess access = supplied;
    return access == null ? null : access.cancelSignalOf(conn);
  }

  protected abstract @Nullable StreamFd descriptorOf(Object conn);

  protected abstract @Nullable CancelSignal cancelSignalOf(Object conn);
}
