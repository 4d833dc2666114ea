package dev.weft.http.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.http.Hijacked;
import dev.weft.http.Request;
import dev.weft.http.Response;
import dev.weft.net.Conn;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket, with blocking calls: the handler's goroutine receives, any thread sends.
 *
 * <pre>{@code
 * router.get("/ws", (request, response) -> {
 *   try (var socket = WebSocket.accept(request, response)) {
 *     for (Message message; (message = socket.receive()) != null; ) {
 *       socket.send(message);
 *     }
 *   }
 * });
 * }</pre>
 *
 * <p>{@link #receive} also answers pings, pings a silent peer, and closes the WebSocket when the
 * server stops, so call it in a loop. Receiving is for one thread; sending is safe for any number.
 * The connection is closed when the handler returns.
 *
 * <pre>
 *   OPEN --(a close frame is sent)--> CLOSING --(one is received, or time is over)--> CLOSED
 *     \--(a close frame is received, and answered; or the connection fails)---------> CLOSED
 * </pre>
 */
public final class WebSocket implements AutoCloseable {
  private static final String CLOSED = "the WebSocket is closed";
  private static final int DRAIN_BUFFER = 4096;
  private static final int MAX_DRAINED = 1 << 20;

  private enum State {
    OPEN,
    CLOSING,
    CLOSED
  }

  private final Hijacked hijacked;
  private final Conn conn;
  private final WebSocketOptions options;
  private final @Nullable String subprotocol;
  private final FrameReader frames;
  private final MessageReader messages;

  /** For one frame after the other, and so that nothing is sent behind a close frame. */
  private final ReentrantLock sending = new ReentrantLock();

  /** Becomes CLOSING under {@link #sending}. Read without it: a sender may wait for the peer. */
  private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

  /** Why a frame could not be sent: nothing can follow it, and the WebSocket is closed. */
  private volatile @Nullable Throwable failure;

  /** Whether the peer's close frame has come: a failure after that is of no interest. */
  private volatile boolean closedByPeer;

  private boolean pinged;
  private volatile boolean serverStops;
  private int closeCode = CloseCode.NONE;
  private String closeReason = "";

  private WebSocket(Hijacked hijacked, WebSocketOptions options, @Nullable String subprotocol) {
    this.hijacked = hijacked;
    conn = hijacked.conn();
    this.options = options;
    this.subprotocol = subprotocol;
    frames = new FrameReader(this::read);
    messages = new MessageReader(frames, options.maxMessage(), new Answers());
  }

  /** Accepts the client's handshake, with the default options. */
  public static WebSocket accept(Request request, Response response) throws IOException {
    return accept(request, response, WebSocketOptions.DEFAULT);
  }

  /**
   * Accepts the client's handshake.
   *
   * @throws dev.weft.http.HttpException when the request is not a WebSocket handshake (426), is an
   *     invalid one (400), or comes from a page of another host (403)
   */
  public static WebSocket accept(Request request, Response response, WebSocketOptions options)
      throws IOException {
    String subprotocol = Handshake.prepare(request, response, options);
    WebSocket socket = new WebSocket(response.upgrade("websocket"), options, subprotocol);
    request.stopping().onCancel(socket::serverStops);
    return socket;
  }

  private void serverStops() {
    serverStops = true;
    try {
      conn.setReadDeadline(Duration.ZERO);
    } catch (IOException e) {
      // closed already
    }
  }

  /** Returns the negotiated subprotocol, or null. */
  public @Nullable String subprotocol() {
    return subprotocol;
  }

  // ---- Receiving

  /**
   * Waits for the next message.
   *
   * @return null when the WebSocket is closed by either side, or the server stops; {@link
   *     #closeCode} has the reason
   * @throws WebSocketException when the peer breaks the protocol or a limit
   * @throws IOException when the connection fails or the peer does not answer
   */
  public @Nullable Message receive() throws IOException {
    if (isClosed()) {
      requireNoFailure();
      return null;
    }
    try {
      Message message = messages.read();
      if (message == null) {
        becomeClosed();
      }
      return message;
    } catch (StoppedException e) {
      close(CloseCode.GOING_AWAY, "the server stops");
      return null;
    } catch (WebSocketException e) {
      refuse(e);
      throw e;
    } catch (IOException e) {
      becomeClosed();
      throw e;
    }
  }

  /** Tells the peer what it did wrong, if that can be. */
  private void refuse(WebSocketException wrong) {
    try {
      sendClose(wrong.code(), String.valueOf(wrong.getMessage()));
      becomeClosed();
      drain();
    } catch (IOException | RuntimeException e) {
      wrong.addSuppressed(e);
    } finally {
      becomeClosed();
    }
  }

  /** Ends a wait for the next message, when the server stops. */
  private static final class StoppedException extends IOException {
    private static final long serialVersionUID = 1;
  }

  /** Reads; pings a silent peer. */
  private int read(byte[] into, int offset, int length) throws IOException {
    while (true) {
      boolean closing = isClosing();
      long began = System.nanoTime();
      if (!closing) {
        conn.setReadDeadline(options.pingInterval());
        if (serverStops) {
          throw new StoppedException();
        }
      }
      requireNoFailure(); // after the deadline is set, which a failure overrides
      try {
        int n = hijacked.read(into, offset, length);
        pinged = false;
        return n;
      } catch (SocketTimeoutException e) {
        requireNoFailure();
        if (closing || (pinged && !serverStops)) {
          throw e;
        }
        // A server that begins to stop ends all waits just before that is visible.
        boolean silent = System.nanoTime() - began >= options.pingInterval().toNanos();
        if (!serverStops && silent) {
          pinged = true;
          sendFrame(Opcode.PING, new byte[0]);
        }
      }
    }
  }

  private final class Answers implements MessageReader.Control {
    @Override
    public void ping(byte[] payload) throws IOException {
      sendFrame(Opcode.PONG, payload);
    }

    @Override
    public void pong() {}

    @Override
    public void close(int code, String reason) throws IOException {
      closeCode = code;
      closeReason = reason;
      closedByPeer = true;
      try {
        sendClose(code, "");
      } catch (IOException e) {
        // The peer has said everything, and does not wait for the answer.
      }
    }
  }

  /** Returns the peer's status code for closing; {@link CloseCode#NONE} when it sent none. */
  public int closeCode() {
    return closeCode;
  }

  /** Returns the peer's reason for closing as text; may be empty. */
  public String closeReason() {
    return closeReason;
  }

  // ---- Sending

  /** Sends a message of text. */
  public void send(String text) throws IOException {
    sendData(Opcode.TEXT, text.getBytes(UTF_8));
  }

  /** Sends a message of bytes. */
  public void send(byte[] bytes) throws IOException {
    sendData(Opcode.BINARY, bytes);
  }

  /** Sends a message as it was received. */
  public void send(Message message) throws IOException {
    sendData(message.isText() ? Opcode.TEXT : Opcode.BINARY, message.bytes());
  }

  /** Sends a ping with at most 125 bytes, which the peer answers with a pong. */
  public void ping(byte[] payload) throws IOException {
    if (payload.length > FrameReader.MAX_CONTROL_PAYLOAD) {
      throw new IllegalArgumentException("a ping of more than 125 bytes");
    }
    sendData(Opcode.PING, payload);
  }

  private void sendData(int opcode, byte[] payload) throws IOException {
    if (!sendFrame(opcode, payload)) {
      requireNoFailure();
      throw new IOException(CLOSED);
    }
  }

  private void requireNoFailure() throws IOException {
    Throwable cause = failure;
    if (cause != null && !closedByPeer) {
      throw new IOException(CLOSED + ": " + cause.getMessage(), cause);
    }
  }

  /** Sends one frame; returns false after a close frame. */
  private boolean sendFrame(int opcode, byte[] payload) throws IOException {
    byte[] frame = FrameEncoder.frame(opcode, payload);
    lockSending();
    try {
      State next = opcode == Opcode.CLOSE ? State.CLOSING : State.OPEN;
      if (state.compareAndSet(State.OPEN, next)) {
        conn.setWriteDeadline(options.writeTimeout());
        conn.write(frame);
        return true;
      }
      return false;
    } catch (Throwable e) {
      fail(e);
      throw e;
    } finally {
      sending.unlock();
    }
  }

  /**
   * The peer may have a part of a frame: nothing can follow it. Ends a wait for a message, and has
   * closing drop the unsent bytes, which the kernel would keep for a peer that does not read.
   */
  private void fail(Throwable e) {
    failure = e;
    becomeClosed();
    try {
      conn.setReadDeadline(Duration.ZERO);
      if (conn.supportedOptions().contains(StandardSocketOptions.SO_LINGER)) {
        conn.setOption(StandardSocketOptions.SO_LINGER, 0);
      }
    } catch (IOException closed) {
      // a wait has ended by that
    }
  }

  private void lockSending() throws IOException {
    try {
      sending.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("send on " + this + ": interrupted");
    }
  }

  // ---- Closing

  /** Closes with {@link CloseCode#NORMAL}; see {@link #close(int, String)}. */
  @Override
  public void close() throws IOException {
    close(CloseCode.NORMAL, "");
  }

  /**
   * Sends a close frame and waits for the peer's, within the time-out of the options; messages that
   * arrive before it are dropped. Does nothing when the WebSocket is closed. Must be called by the
   * receiving thread.
   *
   * @param code 1000 to 1014 without the reserved ones, or 3000 to 4999
   * @param reason at most 123 bytes in UTF-8
   */
  public void close(int code, String reason) throws IOException {
    if (!CloseCode.isSendable(code) || reason.getBytes(UTF_8).length > FrameEncoder.MAX_REASON) {
      throw new IllegalArgumentException("not a reason to close: " + code + " " + reason);
    }
    if (isClosed()) {
      return;
    }
    try {
      sendClose(code, reason);
      conn.setReadDeadline(options.closeTimeout());
      Message dropped;
      do {
        dropped = messages.read();
      } while (dropped != null);
    } catch (SocketTimeoutException | WebSocketException e) {
      // The peer broke the protocol; a close frame with the reason was sent if possible.
    } finally {
      becomeClosed();
    }
  }

  private void sendClose(int code, String reason) throws IOException {
    sendFrame(Opcode.CLOSE, FrameEncoder.closePayload(code, reason));
  }

  /**
   * Reads and drops remaining bytes, within limits: unread bytes would reset the connection before
   * the peer has read the close frame.
   */
  private void drain() {
    byte[] dropped = new byte[DRAIN_BUFFER];
    try {
      conn.closeWrite();
      conn.setReadDeadline(options.closeTimeout());
      for (int total = 0; total < MAX_DRAINED; ) {
        int n = hijacked.read(dropped, 0, dropped.length);
        if (n < 0) {
          return;
        }
        total += n;
      }
    } catch (IOException e) {
      // nothing more to do
    }
  }

  private void becomeClosed() {
    state.set(State.CLOSED);
  }

  private boolean isClosed() {
    return state.get() == State.CLOSED;
  }

  private boolean isClosing() {
    return state.get() == State.CLOSING;
  }

  @Override
  public String toString() {
    return "websocket on " + conn;
  }
}
