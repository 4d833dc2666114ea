package dev.weft.internal.net.dial;

import dev.weft.internal.poll.error.NetExceptions;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The failure to reach any of several addresses: it lists each, and why. */
final class DialFailure {
  private DialFailure() {}

  /**
   * @param what the operation with its target
   * @param tried in order
   * @param failures of those that failed by themselves
   * @param ofOthers the reason of the others; {@code null} when there are none
   */
  static IOException of(
      String what,
      List<InetSocketAddress> tried,
      Map<InetSocketAddress, Throwable> failures,
      @Nullable String ofOthers) {
    List<String> reasons = new ArrayList<>();
    for (InetSocketAddress address : tried) {
      String text = NetExceptions.format(address);
      Throwable failure = failures.get(address);
      reasons.add(text + ": " + (failure == null ? ofOthers : reason(failure, text)));
    }
    String message = what + ": no address could be reached: " + String.join("; ", reasons);
    // The deadline may end an attempt before it ends the race.
    boolean isTimeout =
        ofOthers != null
            || failures.values().stream().anyMatch(e -> e instanceof SocketTimeoutException);
    IOException all = isTimeout ? new SocketTimeoutException(message) : ofKind(message, failures);
    for (Throwable failure : failures.values()) {
      if (failure instanceof Error && all.getCause() == null) {
        all.initCause(failure);
      } else {
        all.addSuppressed(failure);
      }
    }
    return all;
  }

  /** The type tells what all failures have in common. */
  private static IOException ofKind(String message, Map<InetSocketAddress, Throwable> failures) {
    if (failures.values().stream().allMatch(Error.class::isInstance)) {
      return new IOException(message); // The network had no part in it.
    }
    if (failures.values().stream().allMatch(e -> e instanceof NoRouteToHostException)) {
      return new NoRouteToHostException(message);
    }
    if (failures.values().stream().allMatch(e -> e instanceof BindException)) {
      return new BindException(message);
    }
    return new ConnectException(message);
  }

  /** The message without the operation and the address, which stand before it already. */
  private static String reason(Throwable failure, String address) {
    String message = String.valueOf(failure.getMessage());
    int at = message.indexOf(address + ": ");
    return at < 0 ? message : message.substring(at + address.length() + 2);
  }
}
