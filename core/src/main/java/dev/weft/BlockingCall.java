package dev.weft;

/**
 * A call for {@link Weft#blocking}.
 *
 * @param <T> what it returns
 * @param <X> what it throws
 */
@FunctionalInterface
public interface BlockingCall<T, X extends Exception> {
  T call() throws X;
}
