package dev.weft;

/**
 * A call for {@link Weft#blocking}.
 *
 * @param <T> the type of the result
 * @param <X> the type of the exception it may throw
 */
@FunctionalInterface
public interface BlockingCall<T, X extends Exception> {
  /**
   * Makes the call. {@link Weft#blocking} returns the result or throws the exception of this
   * method.
   */
  T call() throws X;
}
