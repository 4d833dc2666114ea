package dev.weft.internal.poll;

import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Checks options and their values by the JDK's rules, the same for all backends. */
final class OptionCheck {
  private static final int MAX_BYTE = 255;

  private OptionCheck() {}

  static void requireSupported(SocketOption<?> option, Set<SocketOption<?>> supported) {
    if (!supported.contains(option)) {
      var names = new TreeSet<String>();
      for (SocketOption<?> known : supported) {
        names.add(known.name());
      }
      throw new UnsupportedOperationException(
          option.name() + " is not an option of this socket; it has " + String.join(", ", names));
    }
  }

  static void requireValid(SocketOption<?> option, @Nullable Object value) {
    if (!option.type().isInstance(value) || !isInRange(option, value)) {
      throw new IllegalArgumentException(option.name() + " cannot be " + value);
    }
  }

  /** Refuses values that the kernel would interpret differently; others are left to the kernel. */
  private static boolean isInRange(SocketOption<?> option, @Nullable Object value) {
    if (!(value instanceof Integer n)) {
      return true;
    }
    if (option == StandardSocketOptions.IP_TOS
        || option == StandardSocketOptions.IP_MULTICAST_TTL) {
      return n >= 0 && n <= MAX_BYTE;
    }
    return n >= 0
        || (option != StandardSocketOptions.SO_SNDBUF && option != StandardSocketOptions.SO_RCVBUF);
  }
}
