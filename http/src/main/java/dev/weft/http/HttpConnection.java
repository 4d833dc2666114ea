package dev.weft.http;

import dev.weft.http.internal.wire.ByteSink;
import dev.weft.http.internal.wire.ByteSource;
import dev.weft.http.internal.wire.StatusLines;
import dev.weft.io.Copy;
import dev.weft.io.FileHandle;
import dev.weft.net.Conn;
import dev.weft.net.TcpOptions;
import dev.weft.net.tls.TlsConn;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * One connection and its goroutine: waits for requests without holding a buffer, serves them
 * through an {@link Exchange}, and sets the deadlines of reads and writes.
 *
 * <p><b>Stopping.</b> A waiting connection must notice that the server stops. The server first
 * publishes that it stops and then expires each connection's read deadline ({@link #nudge}); the
 * connection first sets a deadline and then checks whether the server stops. So either it sees
 * that, or its deadline is overridden later, and its wait ends. A read within a request that is
 * interrupted so sets its deadline again and continues; that happens once.
 */
final class HttpConnection implements ByteSource, ByteSink {
  /** The maximum number of bytes written with one deadline. */
  private static final int PIECE = 64 << 10;

  /** How long to wait for a request that was already sent when the server stopped. */
  private static final Duration LAST_LOOK = Duration.ofMillis(1);

  /**
   * The most unsent bytes that the kernel may hold for a client. Without a limit they are as many
   * as the send buffer grows to, 4 MiB, so a few hundred clients that do not read exhaust the
   * memory of all TCP sockets (tcp_mem) and slow the others down.
   */
  private static final int MAX_UNSENT = 128 << 10;

  private static final int MAX_EMPTY_BYTES = 256;
  private static final Duration LINGER_TIME = Duration.ofSeconds(2);
  private static final int LINGER_BYTES = 1 << 20;

  private final HttpServer server;
  private final HttpTimeouts timeouts;
  private final Conn conn;
  private @Nullable Exchange exchange;

  private final ConnDeadlines deadlines;

  /** The PROXY header of the client; null without a proxy. */
  private @Nullable ProxyPreface preface;

  private ReadPhase phase = ReadPhase.FIRST;
  private boolean nudgeSeen;

  private int emptyBytes;
  private volatile boolean broken;
  private boolean ended;

  /** Whether a goroutine other than the writing one may read, which must not flush then. */
  private boolean fullDuplex;

  /** How many bytes were written; not counted any more once the unsent ones are limited. */
  private long written;

  private boolean unsentLimited;

  /** How many bytes of the current file were sent when the write deadline was last set. */
  private long fileBytes;

  HttpConnection(HttpServer server, Conn conn) {
    this.server = server;
    timeouts = server.timeouts();
    this.conn = conn;
    deadlines = new ConnDeadlines(conn, server.clock(), timeouts);
  }

  // ---- Life cycle

  /** Serves requests until one side ends the connection. */
  void run() {
    try (conn) {
      boolean open = !server.usesProxyProtocol() || readPreface();
      while (open && awaitRequest()) {
        Exchange taken = server.exchanges().take();
        open = taken.serve(this);
        // Not in a finally block: after a failure its state is undefined.
        server.exchanges().give(taken);
      }
    } catch (IOException e) {
      // The peer disconnected or was too slow, and no response can be sent.
    } finally {
      server.ended(this);
    }
  }

  private boolean readPreface() throws IOException {
    conn.setReadDeadline(timeouts.head());
    preface = ProxyPreface.read(conn::read);
    return preface != null;
  }

  SocketAddress remoteAddress() {
    SocketAddress source = preface == null ? null : preface.source();
    return source == null ? conn.remoteAddress() : source;
  }

  @Nullable SocketAddress localAddress() {
    return preface == null || preface.source() == null
        ? conn.localAddress()
        : preface.destination();
  }

  /** Waits for the first byte of a request; returns false when the connection must be closed. */
  private boolean awaitRequest() throws IOException {
    if (preface != null && preface.behind().available() > 0) {
      return true;
    }
    deadlines.armRead(phase == ReadPhase.FIRST ? timeouts.head() : timeouts.keepAlive());
    try {
      if (!server.isStopping()) {
        conn.awaitReadable();
        return true;
      }
    } catch (SocketTimeoutException e) {
      if (!server.isStopping()) {
        return false;
      }
    }
    return lastLook();
  }

  /**
   * Called when the server stops: reports whether a request was sent before the client could know
   * that.
   */
  private boolean lastLook() throws IOException {
    if (nudgeSeen) {
      return false;
    }
    nudgeSeen = true;
    conn.setReadDeadline(LAST_LOOK);
    deadlines.disarmRead();
    try {
      conn.awaitReadable();
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    }
  }

  void attach(Exchange newExchange) {
    exchange = newExchange;
  }

  void detach() {
    exchange = null;
  }

  /** Ends a wait for a request, so that the connection sees that the server stops. */
  void nudge() {
    deadlines.nudge();
  }

  /** Closes the connection; calls in progress fail. */
  void close() {
    conn.close();
  }

  /** Fails all reads and writes from now on, because the total time of the request has passed. */
  void expire() {
    deadlines.expire();
  }

  /** Passes the connection to a handler, without deadlines. */
  Hijacked handOver(byte[] received) throws IOException {
    conn.setDeadline(null);
    return new Hijacked(conn, received);
  }

  Conn conn() {
    return conn;
  }

  boolean isSecure() {
    return conn instanceof TlsConn;
  }

  @Nullable SSLSession sslSession() {
    return conn instanceof TlsConn tls ? tls.session() : null;
  }

  /** Reports whether reading or writing has failed for a reason other than a time-out. */
  boolean isBroken() {
    return broken;
  }

  // ---- Reading

  ReadPhase phase() {
    return phase;
  }

  void startPhase(ReadPhase next) throws IOException {
    if (next == phase) {
      return;
    }
    phase = next;
    switch (next) {
      case HEAD -> deadlines.setRead(timeouts.head());
      case DRAIN -> deadlines.setRead(LINGER_TIME);
      case BODY -> {
        emptyBytes = 0;
        deadlines.beginBody();
      }
      case FIRST, IDLE -> {}
    }
  }

  /**
   * Counts bytes of empty lines between two requests, which must not keep a connection open without
   * limit.
   */
  boolean hasTooManyEmptyLines(int bytes) {
    emptyBytes += bytes;
    return emptyBytes > MAX_EMPTY_BYTES;
  }

  /** Drops the record of the deadline, because another thread has used it. */
  void disarmRead() {
    deadlines.disarmRead();
    phase = ReadPhase.DRAIN;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (exchange != null && !fullDuplex) {
      exchange.out.flush(); // the client may wait for it before it sends more
    }
    int n =
        phase == ReadPhase.BODY ? readBody(into, offset, length) : readHead(into, offset, length);
    ended |= n < 0;
    return n;
  }

  private int readHead(byte[] into, int offset, int length) throws IOException {
    try {
      return readOnce(into, offset, length);
    } catch (SocketTimeoutException e) {
      if (nudgeSeen || !server.isStopping()) {
        throw e;
      }
      nudgeSeen = true;
      deadlines.setRead(phase == ReadPhase.DRAIN ? LINGER_TIME : timeouts.head());
      return readOnce(into, offset, length);
    }
  }

  private int readBody(byte[] into, int offset, int length) throws IOException {
    long begin = System.nanoTime();
    deadlines.setRead(deadlines.bodyTime());
    int n;
    try {
      n = readOnce(into, offset, length);
    } catch (SocketTimeoutException e) {
      if (nudgeSeen || !server.isStopping() || deadlines.isExpired()) {
        throw e;
      }
      nudgeSeen = true;
      deadlines.setRead(deadlines.bodyTime());
      n = readOnce(into, offset, length);
    }
    deadlines.bodyRead(n, System.nanoTime() - begin);
    return n;
  }

  private int readOnce(byte[] into, int offset, int length) throws IOException {
    if (preface != null && preface.behind().available() > 0) {
      return preface.behind().read(into, offset, length);
    }
    try {
      return conn.read(into, offset, length);
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException | RuntimeException | Error e) {
      broken = true;
      throw e;
    }
  }

  // ---- Writing

  /**
   * Limits the unsent bytes of a connection that sends much. Those that say little do not pay for
   * the system call.
   */
  private void count(long length) throws IOException {
    if (unsentLimited) {
      return;
    }
    written += length;
    if (written > PIECE) {
      unsentLimited = true;
      if (conn.supportedOptions().contains(TcpOptions.NOT_SENT_LOW_WATER_MARK)) {
        conn.setOption(TcpOptions.NOT_SENT_LOW_WATER_MARK, MAX_UNSENT);
      }
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      count(length);
      for (int done = 0; done < length; ) {
        int piece = Math.min(PIECE, length - done);
        deadlines.armWrite();
        conn.write(bytes, offset + done, piece);
        done += piece;
      }
    } catch (IOException | RuntimeException | Error e) {
      broken = true;
      throw e;
    }
  }

  @Override
  public void write(
      byte[] first, int firstOffset, int firstLength, byte[] second, int offset, int length)
      throws IOException {
    if (firstLength == 0) {
      write(second, offset, length);
      return;
    }
    int piece = Math.min(PIECE, length);
    try {
      count(firstLength + piece);
      deadlines.armWrite();
      conn.write(
          ByteBuffer.wrap(first, firstOffset, firstLength), ByteBuffer.wrap(second, offset, piece));
    } catch (IOException | RuntimeException | Error e) {
      broken = true;
      throw e;
    }
    write(second, offset + piece, length - piece);
  }

  /** Sends {@code count} bytes of a file, from {@code from} on. */
  void sendFile(FileHandle file, long from, long count) throws IOException {
    try {
      count(count);
      deadlines.armWrite();
      fileBytes = 0;
      Copy.copyN(conn, file, from, count, this::fileSent);
    } catch (IOException | RuntimeException | Error e) {
      broken = true;
      throw e;
    }
  }

  /** Moves the deadline once for each piece. */
  private void fileSent(long bytes) {
    if (bytes - fileBytes >= PIECE) {
      fileBytes = bytes;
      try {
        deadlines.armWrite();
      } catch (IOException e) {
        // closed, so the next part fails
      }
    }
  }

  /** Asks for the body of a client that waits to be asked; goes out before the next read. */
  void sendContinue() throws IOException {
    if (fullDuplex) {
      byte[] line = StatusLines.line(100);
      byte[] head = Arrays.copyOf(line, line.length + 2);
      head[line.length] = '\r';
      head[line.length + 1] = '\n';
      write(head, 0, head.length);
    } else if (exchange != null) {
      exchange.out.put(StatusLines.line(100)).endLine();
    }
  }

  /** Begins the time in which one goroutine reads and another writes. */
  void beginFullDuplex() throws IOException {
    if (exchange != null) {
      exchange.out.flush();
    }
    fullDuplex = true;
  }

  void endFullDuplex() {
    fullDuplex = false;
  }

  // ---- Ending

  /**
   * Sends what is left and ends writing, then reads for a bounded while. Closing a connection on
   * which bytes arrive makes the system reset it, and the reset discards the response that the
   * client has not read.
   */
  void linger() throws IOException {
    Exchange last = exchange;
    if (last == null) {
      return;
    }
    last.out.flush();
    if (ended || broken) {
      return;
    }
    try {
      conn.closeWrite();
    } catch (UnsupportedOperationException e) {
      return; // no half-close, and no reset to fear either
    }
    startPhase(ReadPhase.DRAIN);
    byte[] dropped = last.in.bytes();
    for (int total = 0; total < LINGER_BYTES; ) {
      int n = conn.read(dropped, 0, dropped.length);
      if (n < 0) {
        return;
      }
      total += n;
    }
  }

  @Override
  public String toString() {
    return conn.toString();
  }
}
