package dev.weft;

/**
 * A call for {@link Weft#blocking}.
 *
 * @param <T> what it returns
 * @param <X> what it throws
 */
@FunctionalInterface
public interface BlockingCall<T, X extends Exception> {
  /** Makes the call; what it returns or throws, {@link Weft#blocking} does. */
  T call() throws X;
}
