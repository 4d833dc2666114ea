package dev.weft.internal.net.adapter;

import dev.weft.internal.settings.Require;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.StandardSocketOptions;

/**
 * Implements the option methods of {@link Socket} with {@code setOption} and {@code getOption}. The
 * setters ignore an option that the connection does not have, such as TCP_NODELAY on a Unix socket,
 * because libraries set it unconditionally; {@code setOption} refuses it.
 */
abstract class SocketWithOptions extends Socket {
  private static final int MAX_LINGER_SECONDS = 0xFFFF;
  private static final int MAX_TRAFFIC_CLASS = 0xFF;

  /** Passes no implementation to the JDK's socket, which then has no descriptor. */
  SocketWithOptions() throws SocketException {
    super((SocketImpl) null);
  }

  /** Sets an option unless the connection does not have it. */
  abstract <T> void setIfSupported(SocketOption<T> option, T value) throws IOException;

  /**
   * Returns an option's value, or {@code otherwise} when the connection does not have the option.
   */
  abstract <T> T getIfSupported(SocketOption<T> option, T otherwise) throws IOException;

  private <T> void set(SocketOption<T> option, T value) throws SocketException {
    try {
      setIfSupported(option, value);
    } catch (IOException e) {
      throw asSocketException(e);
    }
  }

  private <T> T get(SocketOption<T> option, T otherwise) throws SocketException {
    try {
      return getIfSupported(option, otherwise);
    } catch (IOException e) {
      throw asSocketException(e);
    }
  }

  private static SocketException asSocketException(IOException e) {
    return e instanceof SocketException as ? as : new SocketException(e.getMessage(), e);
  }

  @Override
  public void setTcpNoDelay(boolean on) throws SocketException {
    set(StandardSocketOptions.TCP_NODELAY, on);
  }

  @Override
  public boolean getTcpNoDelay() throws SocketException {
    return get(StandardSocketOptions.TCP_NODELAY, true);
  }

  @Override
  public void setSoLinger(boolean on, int linger) throws SocketException {
    if (on && linger < 0) {
      throw new IllegalArgumentException("SO_LINGER is " + linger);
    }
    set(StandardSocketOptions.SO_LINGER, on ? Math.min(linger, MAX_LINGER_SECONDS) : -1);
  }

  @Override
  public int getSoLinger() throws SocketException {
    return get(StandardSocketOptions.SO_LINGER, -1);
  }

  @Override
  public void setSendBufferSize(int size) throws SocketException {
    Require.atLeast("SO_SNDBUF", size, 1);
    set(StandardSocketOptions.SO_SNDBUF, size);
  }

  @Override
  public int getSendBufferSize() throws SocketException {
    return get(StandardSocketOptions.SO_SNDBUF, 0);
  }

  @Override
  public void setReceiveBufferSize(int size) throws SocketException {
    Require.atLeast("SO_RCVBUF", size, 1);
    set(StandardSocketOptions.SO_RCVBUF, size);
  }

  @Override
  public int getReceiveBufferSize() throws SocketException {
    return get(StandardSocketOptions.SO_RCVBUF, 0);
  }

  @Override
  public void setKeepAlive(boolean on) throws SocketException {
    set(StandardSocketOptions.SO_KEEPALIVE, on);
  }

  @Override
  public boolean getKeepAlive() throws SocketException {
    return get(StandardSocketOptions.SO_KEEPALIVE, false);
  }

  @Override
  public void setTrafficClass(int trafficClass) throws SocketException {
    if (trafficClass < 0 || trafficClass > MAX_TRAFFIC_CLASS) {
      throw new IllegalArgumentException("the traffic class is " + trafficClass);
    }
    set(StandardSocketOptions.IP_TOS, trafficClass);
  }

  @Override
  public int getTrafficClass() throws SocketException {
    return get(StandardSocketOptions.IP_TOS, 0);
  }

  @Override
  public void setReuseAddress(boolean on) throws SocketException {
    set(StandardSocketOptions.SO_REUSEADDR, on);
  }

  @Override
  public boolean getReuseAddress() throws SocketException {
    return get(StandardSocketOptions.SO_REUSEADDR, false);
  }

  // Urgent data, which Weft neither sends nor receives

  @Override
  public void sendUrgentData(int data) throws SocketException {
    throw new SocketException("Urgent data not supported");
  }

  @Override
  public void setOOBInline(boolean on) throws SocketException {
    requireOpen();
    if (on) {
      throw new SocketException("Urgent data not supported");
    }
  }

  @Override
  public boolean getOOBInline() throws SocketException {
    requireOpen();
    return false;
  }

  final void requireOpen() throws SocketException {
    if (isClosed()) {
      throw new SocketException("Socket is closed");
    }
  }
}
