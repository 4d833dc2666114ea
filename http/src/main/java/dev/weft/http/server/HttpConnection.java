package dev.weft.http.server;

import dev.weft.http.Hijacked;
import dev.weft.http.internal.wire.ByteSource;
import dev.weft.http.internal.wire.FreeList;
import dev.weft.http.internal.wire.StatusLines;
import dev.weft.internal.track.Goroutines;
import dev.weft.net.Conn;
import dev.weft.net.KeepAlive;
import dev.weft.net.tls.NoTlsException;
import dev.weft.net.tls.TlsConn;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * One connection and its goroutine: waits for requests without holding a buffer, serves them
 * through an {@link Exchange}, and sets the deadlines of reads.
 *
 * <p><b>Stopping.</b> A waiting connection must notice that the server stops. The server first
 * publishes that it stops and then expires each connection's read deadline ({@link #nudge}); the
 * connection first sets a deadline and then checks whether the server stops. So either it sees
 * that, or its deadline is overridden later, and its wait ends. A read within a request that is
 * interrupted so sets its deadline again and continues; that happens once.
 */
final class HttpConnection implements ByteSource {
  /** How long to wait for a request that was already sent when the server stopped. */
  private static final Duration LAST_LOOK = Duration.ofMillis(1);

  private static final Duration LAST_WORD = Duration.ofMillis(10);

  private static final byte[] WITHOUT_TLS =
      "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 55\r\nConnection: close\r\n\r\n400 Bad Request: this is HTTPS; ask for it by https://\n"
          .getBytes(StandardCharsets.US_ASCII);

  private static final int WITHOUT_TLS_BODY = 55;

  private static final int MAX_EMPTY_BYTES = 256;
  private static final Duration LINGER_TIME = Duration.ofSeconds(2);
  private static final int LINGER_BYTES = 1 << 20;

  private final ServerState server;
  private final ServerTimeouts timeouts;
  private final Conn conn;

  /** What the connection came as: without TLS if the PROXY header comes before the handshake. */
  private final Conn accepted;

  private @Nullable Exchange exchange;

  private final ConnDeadlines deadlines;
  private final ConnOutput output;

  /** The PROXY header of the client; null without a proxy. */
  private @Nullable ProxyPreface preface;

  private ReadPhase phase = ReadPhase.FIRST;
  private boolean nudgeSeen;

  private int emptyBytes;
  private volatile boolean broken;
  private boolean ended;

  /** Whether a body that the end of the connection ends was broken off. */
  private boolean brokenOff;

  private boolean probed;

  /** Whether a goroutine other than the writing one may read, which must not flush then. */
  private boolean fullDuplex;

  /**
   * @param accepted the connection, on which a PROXY header comes if one is expected
   * @param conn the same, or TLS over it, on which requests come; it has made no handshake yet
   */
  HttpConnection(ServerState server, Conn accepted, Conn conn) {
    this.server = server;
    timeouts = server.timeouts();
    this.accepted = accepted;
    this.conn = conn;
    deadlines = new ConnDeadlines(conn, server.clock(), timeouts);
    output = new ConnOutput(conn, deadlines);
  }

  // ---- Life cycle

  /**
   * Serves requests until one side ends the connection.
   *
   * @param exchanges those that are not in use
   */
  void run(FreeList<Exchange> exchanges) {
    Goroutines.serves(conn);
    try {
      serveRequests(exchanges);
    } catch (IOException e) {
      // The peer disconnected or was too slow, and no response can be sent.
    } finally {
      end();
    }
  }

  /**
   * Aborts the connection if a response on it is not complete and never will be: the kernel would
   * keep unsent bytes for minutes for a client that does not read.
   */
  private void end() {
    if (brokenOff || output.isRefused()) {
      conn.abort();
    } else {
      conn.close();
    }
  }

  private void serveRequests(FreeList<Exchange> exchanges) throws IOException {
    if (server.usesProxyProtocol()) {
      preface = readPreface();
    }
    boolean open = true;
    try {
      while (open && awaitRequest()) {
        Exchange taken = exchanges.take();
        open = taken.serve(this);
        // Not in a finally block: after a failure its state is undefined.
        exchanges.give(taken);
      }
    } catch (NoTlsException e) {
      answerWithoutTls(e.conn());
    }
  }

  /** Tells a client of HTTP, which could not read an alert, that this is HTTPS. */
  private void answerWithoutTls(Conn plain) throws IOException {
    server.refused(remoteAddress(), "", 400, WITHOUT_TLS_BODY);
    plain.setWriteDeadline(LAST_WORD);
    plain.write(WITHOUT_TLS);
  }

  private ProxyPreface readPreface() throws IOException {
    conn.setReadDeadline(timeouts.head());
    if (server.isStopping()) {
      conn.setReadDeadline(LAST_LOOK);
    }
    try {
      return accepted == conn ? ProxyPreface.read(conn::read) : ProxyPreface.readExactly(accepted);
    } catch (IOException e) {
      if (!server.isStopping()) {
        server.countBadPreface();
      }
      throw e;
    }
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
    probe();
    return new Hijacked(conn, received);
  }

  /** Has the system notice also a client that is gone without a word. */
  void probe() throws IOException {
    if (!probed) {
      probed = true;
      KeepAlive.DEFAULT.enable(conn);
    }
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

  /**
   * Ends the connection by a reset later, because the client would take its usual end for the end
   * of a body.
   */
  void breakOff() {
    brokenOff = true;
  }

  /** Reports whether reading or writing has failed for a reason other than a time-out. */
  boolean isBroken() {
    return broken || output.isBroken();
  }

  /** Returns the writing side. */
  ConnOutput output() {
    return output;
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
    phase = ReadPhase.IDLE;
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

  // ---- Asking for a body

  /** Asks for the body of a client that waits to be asked; goes out before the next read. */
  void sendContinue() throws IOException {
    if (fullDuplex) {
      byte[] line = StatusLines.line(100);
      byte[] head = Arrays.copyOf(line, line.length + 2);
      head[line.length] = '\r';
      head[line.length + 1] = '\n';
      output.write(head, 0, head.length);
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
    if (ended || brokenOff || isBroken()) {
      return;
    }
    try {
      conn.closeWrite();
    } catch (UnsupportedOperationException e) {
      return; // no half-close, but closing does not reset it either
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
