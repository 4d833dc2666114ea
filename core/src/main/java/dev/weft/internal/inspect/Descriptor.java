package dev.weft.internal.inspect;

import dev.weft.internal.poll.DatagramFd;
import dev.weft.internal.poll.Fd;
import dev.weft.internal.poll.ListenFd;
import dev.weft.internal.poll.StreamFd;
import dev.weft.internal.sys.TcpInfoStruct;
import dev.weft.internal.track.Tracked;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An open descriptor of a socket or pipe. */
public final class Descriptor {
  /** What it is for. */
  public enum Kind {
    LISTENER,
    CONNECTION,
    DATAGRAMS
  }

  private final Fd fd;
  private final Tracked<Fd> entry;

  Descriptor(Fd fd, Tracked<Fd> entry) {
    this.fd = fd;
    this.entry = entry;
  }

  public Kind kind() {
    return switch (fd) {
      case ListenFd _ -> Kind.LISTENER;
      case DatagramFd _ -> Kind.DATAGRAMS;
      default -> Kind.CONNECTION;
    };
  }

  /** The network: "tcp", "unix", "udp" and so on. */
  public String network() {
    String text = fd.toString();
    return text.substring(0, text.indexOf(' '));
  }

  public @Nullable SocketAddress localAddress() {
    return fd.localAddress();
  }

  public @Nullable SocketAddress remoteAddress() {
    return fd.remoteAddress();
  }

  /** When it was opened, on {@link System#nanoTime}'s scale. */
  public long since() {
    return entry.since();
  }

  /** The id of the thread that opened it. */
  public long creator() {
    return entry.creator();
  }

  /** The stack that opened it; empty unless a tool asked for that. */
  public List<StackTraceElement> site() {
    return entry.site();
  }

  /** Reports whether {@code other} is the same descriptor, found at another time. */
  public boolean isSameAs(Descriptor other) {
    return fd == other.fd;
  }

  /** What the kernel knows of a TCP connection; null where that is not available. */
  public @Nullable TcpInfoStruct tcpInfo() {
    if (!(fd instanceof StreamFd stream) || !network().startsWith("tcp")) {
      return null;
    }
    try {
      return stream.tcpInfo();
    } catch (IOException | UnsupportedOperationException e) {
      return null; // closed meanwhile, or the poller does not support it
    }
  }

  public @Nullable Deadline readDeadline() {
    return Deadline.of(fd.readDeadline());
  }

  public @Nullable Deadline writeDeadline() {
    return Deadline.of(fd.writeDeadline());
  }

  /** The id of the thread that last waited to read; 0 when none has. */
  public long lastReader() {
    return fd.lastReader();
  }

  /** The network and the addresses, as error messages have them. */
  @Override
  public String toString() {
    return fd.toString();
  }
}
