package dev.weft.internal.poll.error;

import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.UnixPath;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The exceptions of network operations: the JDK's types, with Go's messages. Each says the
 * operation, the network, the addresses and the reason: {@code read tcp
 * 127.0.0.1:8080->127.0.0.1:52344: connection reset by peer}.
 */
public final class NetExceptions {
  /** Two or more groups of zeros, with the colons around them. */
  private static final Pattern ZEROS = Pattern.compile("(^|:)0(:0)+(:|$|(?=%))");

  private NetExceptions() {}

  /** "[::1]:80", "127.0.0.1:80", "/run/weft.sock", "@abstract", or "?" for an unknown address. */
  public static String format(@Nullable SocketAddress address) {
    return switch (address) {
      case null -> "?";
      case InetSocketAddress internet -> format(internet);
      case UnixDomainSocketAddress unix -> UnixPath.format(unix);
      default -> address.toString();
    };
  }

  private static String format(InetSocketAddress address) {
    if (address.getAddress() == null) {
      return address.getHostString() + ":" + address.getPort();
    }
    String ip = address.getAddress().getHostAddress();
    return (ip.indexOf(':') < 0 ? ip : "[" + compress(ip) + "]") + ":" + address.getPort();
  }

  /** Replaces the longest run of zero groups of an IPv6 address with {@code ::}. */
  private static String compress(String ip) {
    Optional<MatchResult> longest =
        ZEROS.matcher(ip).results().reduce((a, b) -> groups(b) > groups(a) ? b : a);
    return longest
        .map(zeros -> ip.substring(0, zeros.start()) + "::" + ip.substring(zeros.end()))
        .orElse(ip);
  }

  private static long groups(MatchResult zeros) {
    return zeros.group().chars().filter(c -> c == '0').count();
  }

  /** Returns the JDK's exception for an error number. */
  public static SocketException of(NetOperation operation, String where, int errno) {
    String message =
        operation + " " + where + ": " + Errno.text(errno) + ErrorHints.on(operation, where, errno);
    return switch (errno) {
      case Errno.ECONNREFUSED -> new ConnectException(message);
      case Errno.ETIMEDOUT ->
          operation == NetOperation.DIAL
              ? new ConnectException(message)
              : new SocketException(message);
      case Errno.EHOSTUNREACH, Errno.ENETUNREACH -> new NoRouteToHostException(message);
      case Errno.EADDRINUSE, Errno.EADDRNOTAVAIL -> new BindException(message);
      case Errno.EACCES ->
          operation == NetOperation.LISTEN
              ? new BindException(message)
              : new SocketException(message);
      default -> new SocketException(message);
    };
  }

  /**
   * The same for datagrams, where "connection refused" means that the destination port has no
   * socket.
   */
  public static SocketException ofDatagram(NetOperation operation, String where, int errno) {
    return errno == Errno.ECONNREFUSED
        ? new PortUnreachableException(operation + " " + where + ": " + Errno.text(errno))
        : of(operation, where, errno);
  }

  public static SocketTimeoutException timedOut(NetOperation operation, String where) {
    return new SocketTimeoutException(operation + " " + where + ": i/o timeout");
  }

  public static InterruptedIOException interrupted(NetOperation operation, String where) {
    return new InterruptedIOException(operation + " " + where + ": interrupted");
  }

  public static IOException closed(NetOperation operation, String where) {
    return new UseOfClosedException(operation + " " + where + ": use of closed network connection");
  }
}
