package dev.weft.net.tls;

import dev.weft.context.Context;
import dev.weft.internal.poll.error.NetOperation;
import dev.weft.internal.tls.JdkEngines;
import dev.weft.internal.tls.TlsEngine;
import dev.weft.internal.track.TlsConnections;
import dev.weft.internal.track.Tracking;
import dev.weft.net.Conn;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * A TLS connection over another connection, which it owns. Made by {@link TlsConfig#client}, {@link
 * TlsConfig#server} or {@link #over}, or accepted by a {@link TlsListener}.
 *
 * <p><b>The handshake</b> is made by the first read or write, or by {@link #handshake}. It must end
 * within {@link TlsConfig.Builder#handshakeTimeout}, and fails with {@link SSLHandshakeException},
 * whose message names the alert and what to do. A call that needs it also ends by the deadline of
 * its own direction, and the next one continues the handshake.
 *
 * <p><b>Failures.</b> A write that fails because the peer has ended the connection throws the alert
 * that the peer has sent, also where no read has met it.
 *
 * <p><b>The end of the stream</b> is the peer's close_notify. Where the peer ends the connection
 * without one, reads fail with {@link SSLException}: data may be missing. {@link #closeWrite} sends
 * close_notify, with which TLS 1.2 peers end both directions. {@link #close} sends it too. Neither
 * waits for the peer: where the connection has no room, a goroutine goes on. After {@link #close},
 * the connection below stays open until that has ended, and, where closing it at once would reset
 * it before the peer has read everything, until the peer has closed; both together for five seconds
 * at most. {@link #abort} closes it at once.
 *
 * <p>Renegotiation is refused, and so is early data. A connection on which nothing is in progress
 * holds no buffer beside the engine's own.
 */
public final class TlsConn implements Conn {
  /** Of the connections with engines of the program's own. */
  private static final HandshakeSettings OWN_ENGINES =
      new HandshakeSettings(new HandshakeCounts(), TlsConfig.HANDSHAKE_TIMEOUT, null, null);

  private final TlsState state;
  private final RecordReader reader;
  private final RecordWriter writer;
  private final Handshake handshake;
  private final Ending ending;

  /** The connection, for this view's context. */
  private final Conn io;

  private final Context context;

  TlsConn(Conn conn, TlsEngine engine, HandshakeSettings settings) {
    state = new TlsState(conn, engine);
    writer = new RecordWriter(state);
    reader = new RecordReader(state, writer);
    handshake = new Handshake(state, reader, writer, settings);
    ending = new Ending(state, reader, writer);
    io = conn;
    context = Context.background();
    if (Tracking.isOn()) {
      state.onClose(TlsConnections.LIVE.begin(state)::end);
    }
    if (engine.isNative()) {
      conn.onClose(engine::release);
    }
  }

  /**
   * Speaks TLS on a connection, which the result owns, with an engine of the program's own: for an
   * {@link javax.net.ssl.SSLContext} whose keys or trust are not in files. Makes no handshake yet.
   *
   * @param engine fresh, with its mode and parameters set; used by nothing else from now on
   */
  public static TlsConn over(Conn conn, SSLEngine engine) {
    return new TlsConn(conn, JdkEngines.of(engine), OWN_ENGINES);
  }

  private TlsConn(TlsConn conn, Context context) {
    state = conn.state;
    reader = conn.reader;
    writer = conn.writer;
    handshake = conn.handshake;
    ending = conn.ending;
    io = state.conn.withContext(context);
    this.context = context;
  }

  @Override
  public TlsConn withContext(Context other) {
    return new TlsConn(this, other);
  }

  // Handshake

  /**
   * Performs the handshake unless it is done already; blocks until it has ended.
   *
   * @throws SSLHandshakeException when it fails
   * @throws SocketTimeoutException when it does not end in time
   */
  public void handshake() throws IOException {
    handshake(NetOperation.READ, reader.lock);
  }

  /**
   * @param own the direction of the call that needs the handshake, whose deadline limits the wait
   */
  private void handshake(NetOperation operation, DirectionLock own) throws IOException {
    if (state.isEstablished()) {
      return;
    }
    reader.lock.lock(context, operation, state, own);
    try {
      writer.lock.lock(context, operation, state, own);
      try {
        state.requireOpen(operation);
        if (!state.isEstablished()) {
          own.requireInTime(operation, state);
          handshake.make(context, operation, own.left());
        }
      } finally {
        writer.lock.unlock();
      }
    } finally {
      reader.lock.unlock();
    }
  }

  // Reading

  @Override
  public int read(ByteBuffer buffer) throws IOException {
    if (buffer.isReadOnly()) {
      throw new ReadOnlyBufferException();
    }
    requireAccessible(buffer);
    lockRead();
    try {
      checkRead();
      return buffer.hasRemaining() ? reader.read(io, buffer) : 0;
    } catch (IOException e) {
      throw state.describe(NetOperation.READ, e);
    } finally {
      reader.lock.unlock();
    }
  }

  @Override
  public void awaitReadable() throws IOException {
    lockRead();
    try {
      checkRead();
      reader.awaitPlain(io);
    } catch (IOException e) {
      throw state.describe(NetOperation.READ, e);
    } finally {
      reader.lock.unlock();
    }
  }

  @Override
  public boolean isReadable() throws IOException {
    state.requireOpen(NetOperation.READ);
    if (!state.isEstablished() || !reader.lock.tryLock()) {
      return state.conn.isReadable();
    }
    try {
      return reader.isReadable();
    } finally {
      reader.lock.unlock();
    }
  }

  @Override
  public boolean isInUse() {
    return !reader.lock.isFree() || !writer.lock.isFree();
  }

  private void lockRead() throws IOException {
    state.requireOpen(NetOperation.READ);
    handshake(NetOperation.READ, reader.lock);
    reader.lock.lock(context, NetOperation.READ, state, null);
  }

  private void checkRead() throws IOException {
    state.requireOpen(NetOperation.READ);
    reader.lock.requireInTime(NetOperation.READ, state);
    context.check();
  }

  /**
   * Throws for freed memory as a socket does; inside the engine that would break the connection.
   */
  private static void requireAccessible(ByteBuffer buffer) {
    if (buffer.hasRemaining()) {
      buffer.get(buffer.position());
    }
  }

  // Writing

  @Override
  public void write(ByteBuffer buffer) throws IOException {
    write(new ByteBuffer[] {buffer});
  }

  @Override
  public long write(ByteBuffer... buffers) throws IOException {
    long bytes = 0;
    for (ByteBuffer buffer : buffers) {
      requireAccessible(buffer);
      bytes += buffer.remaining();
    }
    lockWrite();
    try {
      state.requireOpen(NetOperation.WRITE);
      writer.lock.requireInTime(NetOperation.WRITE, state);
      context.check();
      writer.write(io, buffers);
    } catch (SocketException e) {
      throw state.describe(NetOperation.WRITE, causeOf(e));
    } catch (IOException e) {
      throw state.describe(NetOperation.WRITE, e);
    } finally {
      writer.lock.unlock();
    }
    return bytes;
  }

  /**
   * Returns why the peer has ended the connection, if it said so in an alert that no read has met
   * yet. The failure of the write is a consequence of that.
   */
  private IOException causeOf(SocketException e) {
    if (writer.hasEnded()) {
      return e; // this side has ended writing
    }
    if (state.failure() == null && reader.lock.tryLock()) {
      try {
        reader.isReadable(); // processes records without data
      } finally {
        reader.lock.unlock();
      }
    }
    SSLException failure = state.failure();
    if (failure == null) {
      return e;
    }
    SSLException cause = new SSLException(failure.getMessage(), failure);
    cause.addSuppressed(e);
    return cause;
  }

  private void lockWrite() throws IOException {
    state.requireOpen(NetOperation.WRITE);
    handshake(NetOperation.WRITE, writer.lock);
    writer.lock.lock(context, NetOperation.WRITE, state, null);
  }

  // Deadlines

  @Override
  public void setReadDeadline(@Nullable Duration fromNow) throws IOException {
    state.deadlines.lock();
    try {
      state.requireOpen(NetOperation.SET_READ_DEADLINE);
      reader.lock.setDeadline(fromNow);
      state.conn.setReadDeadline(fromNow);
    } finally {
      state.deadlines.unlock();
    }
  }

  @Override
  public void setWriteDeadline(@Nullable Duration fromNow) throws IOException {
    state.deadlines.lock();
    try {
      state.requireOpen(NetOperation.SET_WRITE_DEADLINE);
      writer.lock.setDeadline(fromNow);
      if (!writer.hasEnded()) { // What is still written then has no deadline but close's.
        state.conn.setWriteDeadline(fromNow);
      }
    } finally {
      state.deadlines.unlock();
    }
  }

  // Closing

  @Override
  public void closeRead() throws IOException {
    state.requireOpen(NetOperation.CLOSE_READ);
    reader.end();
    state.conn.closeRead();
  }

  /**
   * Sends close_notify: the peer reads the end of the stream. Reading goes on; but with TLS 1.2 the
   * peer ends its direction, too, and may discard what it has not written (RFC 5246, section
   * 7.2.1).
   */
  @Override
  public void closeWrite() throws IOException {
    state.requireOpen(NetOperation.CLOSE_WRITE);
    handshake(NetOperation.CLOSE_WRITE, writer.lock);
    try {
      ending.endWriting();
    } catch (IOException e) {
      throw state.describe(NetOperation.CLOSE_WRITE, e);
    }
  }

  @Override
  public boolean isOpen() {
    return !state.isClosed() && state.conn.isOpen();
  }

  /**
   * Sends close_notify, and closes the connection below: at once, or, as the class says, within
   * five seconds. Aborts instead when {@code SO_LINGER} was set to 0.
   */
  @Override
  public void close() {
    if (state.abortsOnClose()) {
      abort();
    } else if (state.markClosed()) {
      ending.close();
      state.runCloseActions();
    }
  }

  /**
   * {@inheritDoc} No close_notify is sent, so the peer's reads fail also where the connection below
   * has no reset.
   */
  @Override
  public void abort() {
    state.markClosed();
    state.conn.abort();
    state.runCloseActions();
  }

  /**
   * {@inheritDoc} The connection below may stay open after that, as the class says; its own {@code
   * onClose} tells of its end.
   */
  @Override
  public void onClose(Runnable action) {
    state.onClose(action);
  }

  // Properties

  /**
   * The negotiated session: protocol, cipher suite, certificates; after the handshake. Before it, a
   * session without any.
   */
  public SSLSession session() {
    return state.engine.session();
  }

  /** Reports whether the handshake went on with an earlier session; false before it. */
  public boolean isResumed() {
    return state.isResumed();
  }

  /** The protocol agreed on by ALPN; empty when there is none, or before the handshake. */
  public String applicationProtocol() {
    return Objects.requireNonNullElse(state.engine.applicationProtocol(), "");
  }

  /** The protocol version, such as "TLSv1.3"; "NONE" before the handshake. */
  public String protocol() {
    return session().getProtocol();
  }

  /**
   * The peer's certificates, its own first.
   *
   * @throws SSLPeerUnverifiedException when it has shown none
   */
  public java.security.cert.Certificate[] peerCertificates() throws SSLPeerUnverifiedException {
    return session().getPeerCertificates();
  }

  @Override
  public @Nullable SocketAddress localAddress() {
    return state.conn.localAddress();
  }

  @Override
  public SocketAddress remoteAddress() {
    return state.conn.remoteAddress();
  }

  @Override
  public <T> TlsConn setOption(SocketOption<T> option, T value) throws IOException {
    state.conn.setOption(option, value);
    if (option == StandardSocketOptions.SO_LINGER) {
      state.setAbortsOnClose(value.equals(0));
    }
    return this;
  }

  @Override
  public <T> T getOption(SocketOption<T> option) throws IOException {
    return state.conn.getOption(option);
  }

  @Override
  public Set<SocketOption<?>> supportedOptions() {
    return state.conn.supportedOptions();
  }

  /** The network and addresses of the connection below, and whether it is closed. */
  @Override
  public String toString() {
    return "tls over " + state.conn;
  }
}
