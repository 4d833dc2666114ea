package dev.weft.internal.net.adapter;

import dev.weft.context.CancellableContext;
import dev.weft.context.CancelledException;
import dev.weft.context.Context;
import dev.weft.internal.net.address.HostPort;
import dev.weft.internal.net.address.LocalAddresses;
import dev.weft.internal.net.address.Network;
import dev.weft.internal.net.dial.DialSettings;
import dev.weft.internal.net.dial.StreamDialer;
import dev.weft.internal.net.wait.ContextCancelSignal;
import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.poll.Family;
import dev.weft.internal.poll.StreamFd;
import dev.weft.internal.poll.error.NetExceptions;
import dev.weft.internal.poll.error.NetOperation;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The state of a {@link ConnSocket} before it is connected: the settings with the options set so
 * far, possibly a descriptor with a local address, and the dial in progress.
 *
 * <p>The descriptor exists from {@link #bind} on, so that the port is reserved and known. Before
 * that the address family is unknown, and an option is read from a temporary descriptor.
 */
final class PendingSocket {
  private final @Nullable UnixDomainSocketAddress fixedTarget;
  private final DuplexMaker maker;
  private final CancellableContext closed = Context.background().withCancel();

  // Guarded by the monitor, which is not held while dialling.
  private DialSettings settings;
  private @Nullable Set<SocketOption<?>> supported;
  private @Nullable StreamFd bound;
  private boolean connecting;

  /**
   * @param fixedTarget replaces the address that the caller connects to; {@code null} for none
   * @param maker makes the connection, which is over a TCP socket unless there is a fixed target
   */
  PendingSocket(
      DialSettings settings, @Nullable UnixDomainSocketAddress fixedTarget, DuplexMaker maker) {
    this.settings = settings;
    this.fixedTarget = fixedTarget;
    this.maker = maker;
  }

  // Options

  synchronized <T> void setOption(SocketOption<T> option, T value) throws IOException {
    if (bound != null) {
      bound.setOption(option, value);
    } else if (supportedOptions().contains(option)) {
      settings = settings.withOption(option, value);
    } else {
      throw new UnsupportedOperationException(option.name() + ": this socket has no such option");
    }
  }

  synchronized <T> T getOption(SocketOption<T> option) throws IOException {
    if (bound != null) {
      return bound.getOption(option);
    }
    StreamFd fd = open(fixedTarget == null ? Family.INET : Family.UNIX);
    try {
      return fd.getOption(option);
    } finally {
      fd.close();
    }
  }

  synchronized Set<SocketOption<?>> supportedOptions() throws IOException {
    if (supported == null) {
      StreamFd fd = open(fixedTarget == null ? Family.INET : Family.UNIX);
      supported = fd.supportedOptions();
      fd.close();
    }
    return supported;
  }

  private StreamFd open(Family family) throws IOException {
    return new StreamDialer(settings).openUnconnected(family);
  }

  // Connecting

  /** Binds to a local address, and returns it with the actual port. */
  synchronized @Nullable SocketAddress bind(InetSocketAddress local) throws IOException {
    if (fixedTarget != null) {
      throw new SocketException("bind: this socket connects to a Unix socket");
    }
    StreamFd fd = open(Family.of(local));
    try {
      fd.bind(NetOperation.BIND, Network.TCP + " " + NetExceptions.format(local), local);
    } catch (Throwable e) {
      fd.close();
      throw e;
    }
    bound = fd;
    return fd.localAddress();
  }

  /**
   * Connects.
   *
   * @param timeout {@code null} for that of the settings
   * @throws SocketException when the socket is closed during the call, or another call is
   *     connecting it
   */
  Duplex connect(InetSocketAddress target, @Nullable Duration timeout) throws IOException {
    StreamFd fd;
    DialSettings ready;
    synchronized (this) {
      if (connecting) {
        throw new SocketException("Connection in progress");
      }
      connecting = true;
      fd = bound;
      ready = timeout == null ? settings : settings.withTimeout(timeout);
    }
    try {
      var dialer = new StreamDialer(ready);
      return maker.over(fd == null ? dial(dialer, target) : connect(dialer, fd, target));
    } catch (CancelledException e) {
      throw new SocketException("Socket closed", e);
    }
  }

  private StreamFd dial(StreamDialer dialer, InetSocketAddress target) throws IOException {
    closed.check();
    CancelSignal cancelSignal = new ContextCancelSignal(closed);
    if (fixedTarget != null) {
      return dialer.dialUnix(fixedTarget, cancelSignal);
    }
    if (target.isUnresolved()) {
      var address = new HostPort(target.getHostString(), target.getPort());
      return dialer.dialTcp(Network.TCP.toString(), address.toString(), cancelSignal);
    }
    return dialer.dialTcp(target, cancelSignal);
  }

  private StreamFd connect(StreamDialer dialer, StreamFd fd, InetSocketAddress target)
      throws IOException {
    try {
      if (target.isUnresolved()) {
        throw new UnknownHostException(target.getHostString());
      }
      dialer.connect(fd, LocalAddresses.asDestination(target), new ContextCancelSignal(closed));
      return fd;
    } catch (Throwable e) {
      fd.close();
      throw e;
    }
  }

  /** Ends the dial in progress. A connection that {@link #connect} has returned is not affected. */
  void close() {
    closed.cancel();
    synchronized (this) {
      if (bound != null && !connecting) {
        bound.close();
      }
    }
  }
}
