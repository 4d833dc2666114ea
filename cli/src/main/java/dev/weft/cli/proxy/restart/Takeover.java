package dev.weft.cli.proxy.restart;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.cli.proxy.forward.ListenerSource;
import dev.weft.net.Descriptor;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.ReceivedDescriptors;
import dev.weft.net.UnixConn;
import dev.weft.net.UnixListener;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The new process's side of a hot restart: gets the listeners of the process before it, over a Unix
 * socket. {@link Handover} is the other side, and describes the messages.
 *
 * <p>A listener is found by the address that it was asked for with. Those that are not asked for
 * are closed by {@link #ready}.
 */
public final class Takeover implements ListenerSource, AutoCloseable {
  /** For each message of the process before. */
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private static final int LONGEST_MESSAGE = 64 * 1024;

  private final @Nullable UnixConn before;
  private final Map<String, Descriptor> descriptors = new HashMap<>();

  private Takeover(@Nullable UnixConn before) {
    this.before = before;
  }

  /**
   * Asks the process that listens on this Unix socket for its listeners. When none does there are
   * no listeners to take over, and they are all opened.
   *
   * @throws IOException when the process answers otherwise than it should
   */
  public static Takeover from(String socket) throws IOException {
    UnixConn conn;
    try {
      conn = Net.dialUnix(socket);
    } catch (ConnectException e) {
      return none();
    } catch (SocketException e) {
      if (String.valueOf(e.getMessage()).contains("no such file")) {
        return none();
      }
      throw e;
    }
    Takeover takeover = new Takeover(conn);
    try {
      conn.setDeadline(TIMEOUT);
      takeover.receive(conn);
      return takeover;
    } catch (IOException | RuntimeException e) {
      takeover.close();
      throw new IOException("taking over from " + socket + ": " + e.getMessage(), e);
    } catch (Error e) {
      takeover.close();
      throw e;
    }
  }

  /** Nothing to take over. */
  public static Takeover none() {
    return new Takeover(null);
  }

  private void receive(UnixConn conn) throws IOException {
    ByteBuffer message = ByteBuffer.allocate(LONGEST_MESSAGE);
    try (ReceivedDescriptors first = conn.receiveDescriptors(message)) {
      List<Descriptor> received = first.descriptors();
      String text = text(message);
      while (!text.endsWith(Handover.END)) {
        if (conn.read(message) <= 0) {
          throw new IOException("it does not hand over its listeners");
        }
        text = text(message);
      }
      List<String> addresses = text.lines().filter(line -> !line.isEmpty()).toList();
      if (addresses.size() != received.size()) {
        throw new IOException(
            addresses.size() + " addresses, but " + received.size() + " listeners");
      }
      for (int i = 0; i < received.size(); i++) {
        Descriptor before = descriptors.put(addresses.get(i), take(received.get(i)));
        if (before != null) {
          before.close();
          throw new IOException("two listeners for " + addresses.get(i));
        }
      }
    }
  }

  /** Takes a descriptor out of the message, which closes those that are left in it. */
  private static Descriptor take(Descriptor from) throws IOException {
    return Descriptor.adopt(from.release());
  }

  private static String text(ByteBuffer message) {
    return UTF_8.decode(message.duplicate().flip()).toString();
  }

  @Override
  public Listener listen(String address) throws IOException {
    Descriptor descriptor = descriptors.remove(address);
    if (descriptor == null) {
      return ListenerSource.open(address);
    }
    try {
      Listener listener = descriptor.toListener();
      if (listener instanceof UnixListener unix) {
        unix.setUnlinkOnClose(true); // The file belongs to this process now.
      }
      return listener;
    } catch (Throwable e) {
      descriptor.close();
      throw e;
    }
  }

  /**
   * Tells the process before that this one accepts, and waits until that one does not any more and
   * has left its socket. Closes this, also when that fails.
   */
  public void ready() throws IOException {
    try {
      if (before != null) {
        before.setDeadline(TIMEOUT);
        before.write(Handover.READY.getBytes(UTF_8));
        before.read(new byte[1]); // anything, or the end: it has stopped
      }
    } finally {
      close();
    }
  }

  @Override
  public void close() {
    descriptors.values().forEach(Descriptor::close);
    descriptors.clear();
    if (before != null) {
      before.close();
    }
  }
}
