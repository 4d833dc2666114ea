package dev.weft.http;

import dev.weft.http.internal.wire.OutputBuffer;
import dev.weft.http.internal.wire.StatusLines;
import dev.weft.io.FileHandle;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * The response that an exchange currently sends; the same object for each of its requests.
 *
 * <pre>
 *   GATHERING --(complete: all fits)--------------------> ENDED
 *      \--(more than fits, flush, or a length was set)--> FIXED | CHUNKED | TO_CLOSE | NONE --> ENDED
 * </pre>
 */
final class ServerResponse implements Response {
  private static final int GATHERED = 8 << 10;
  private static final long UNKNOWN = -1;

  /**
   * From this size on a file is sent by a system call of its own; shorter ones are sent with the
   * head.
   */
  private static final int SENDFILE = 32 << 10;

  private static final byte[] CLOSE = bytes("Connection: close\r\n");
  private static final byte[] KEEP_ALIVE = bytes("Connection: keep-alive\r\n");
  private static final byte[] CHUNKED = bytes("Transfer-Encoding: chunked\r\n");
  private static final byte[] CONTENT_LENGTH = bytes("Content-Length: ");
  private static final byte[] LAST_CHUNK = bytes("0\r\n");

  private enum State {
    /** Nothing was sent; the bytes written are in {@link #gathered}. */
    GATHERING,
    /** The head has the length of the body. */
    FIXED,
    CHUNKED,
    /** The end of the connection ends the body. */
    TO_CLOSE,
    /** The response has no body; bytes written are dropped. */
    NONE,
    ENDED
  }

  private final HttpServer server;
  private final OutputBuffer out;
  private final ServerRequest request;
  private final Headers headers = new Headers();
  private final Headers trailers = new Headers();
  private byte[] gathered = {};
  private int gatheredSize;

  /** Where short parts of files pass through. */
  private byte[] part = {};

  private @Nullable HttpConnection connection;
  private @Nullable ResponseBody stream;
  private State state = State.ENDED;
  private int status;
  private long declared;
  private long written;
  private boolean committed;
  private boolean closing;
  private boolean hijacked;

  ServerResponse(HttpServer server, OutputBuffer out, ServerRequest request) {
    this.server = server;
    this.out = out;
    this.request = request;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  // ---- Life cycle

  void begin(HttpConnection newConnection) {
    connection = newConnection;
    state = State.GATHERING;
    status = 200;
    declared = UNKNOWN;
    written = 0;
    committed = false;
    closing = false;
    hijacked = false;
  }

  void end() {
    connection = null;
    state = State.ENDED;
    gatheredSize = 0;
    headers.clear();
    trailers.clear();
    if (stream != null) {
      stream.end();
      stream = null;
    }
  }

  private HttpConnection connection() {
    return Objects.requireNonNull(connection, "the response is over");
  }

  // ---- Before the head is sent

  @Override
  public int status() {
    return status;
  }

  @Override
  public Response status(int newStatus) {
    checkUncommitted();
    if (newStatus < 200 || !StatusLines.isStatus(newStatus)) {
      throw new IllegalArgumentException("not the status of a final response: " + newStatus);
    }
    status = newStatus;
    return this;
  }

  @Override
  public Headers headers() {
    return headers;
  }

  @Override
  public Headers trailers() {
    return trailers;
  }

  @Override
  public Response contentLength(long bytes) {
    checkUncommitted();
    if (bytes < 0) {
      throw new IllegalArgumentException("a length below zero: " + bytes);
    }
    declared = bytes;
    return this;
  }

  private void checkUncommitted() {
    if (committed || state == State.ENDED) {
      throw new IllegalStateException("the head of the response was sent already");
    }
  }

  // ---- The head

  /** Writes the head to the output buffer, and decides how the body is framed. */
  private void commit(long length) {
    committed = true;
    request.answered();
    out.put(StatusLines.line(status));
    boolean dated = putFields();
    if (!dated) {
      out.put(server.clock().dateLine());
    }
    long known = length >= 0 ? length : declared;
    boolean noBody = status == 204 || status == 304;
    if (noBody || request.isHead()) {
      state = State.NONE;
      if (known > 0 || (known == 0 && !noBody)) {
        putLength(known);
      }
    } else if (known >= 0) {
      state = State.FIXED;
      declared = known;
      putLength(known);
    } else if (request.isVersion10()) {
      state = State.TO_CLOSE;
      closing = true;
    } else {
      state = State.CHUNKED;
      out.put(CHUNKED);
    }
    closing |= request.wantsClose() || server.isStopping() || !request.canDrain();
    if (closing) {
      out.put(CLOSE);
    } else if (request.isVersion10()) {
      out.put(KEEP_ALIVE);
    }
    out.endLine();
  }

  private void putLength(long length) {
    out.put(CONTENT_LENGTH).putDecimal(length).endLine();
  }

  /** Writes the fields that the server does not set itself; returns whether there is a Date. */
  private boolean putFields() {
    boolean dated = false;
    for (int i = 0; i < headers.size(); i++) {
      String name = headers.name(i);
      switch (name.length()) {
        case 4 -> dated |= name.equalsIgnoreCase("Date");
        case 10 -> {
          if (name.equalsIgnoreCase("Connection")) {
            closing |= headers.containsElement(name, "close");
            continue;
          }
        }
        case 14 -> {
          if (name.equalsIgnoreCase("Content-Length")) {
            continue; // read by declaredLength, and written with the framing
          }
        }
        case 17 -> {
          if (name.equalsIgnoreCase("Transfer-Encoding")) {
            continue;
          }
        }
        default -> {}
      }
      out.putField(name, headers.value(i));
    }
    return dated;
  }

  /** Reads the length from a header field that was set by name. */
  private void readDeclaredLength() throws IOException {
    String field = headers.get("Content-Length");
    if (field != null && declared == UNKNOWN) {
      try {
        declared = Long.parseUnsignedLong(field);
      } catch (NumberFormatException e) {
        throw new IOException("the response's Content-Length is not a number: " + field, e);
      }
    }
  }

  // ---- The body

  @Override
  public void send(byte[] body, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, body.length);
    checkUncommitted();
    if (gatheredSize > 0) {
      throw new IllegalStateException("a part of the body was written already");
    }
    if (length == 0 && (status == 304 || request.isHead())) {
      readDeclaredLength();
      commit(declared == UNKNOWN ? 0 : UNKNOWN);
    } else {
      commit(length);
    }
    written = length;
    if (state == State.FIXED) {
      out.write(body, offset, length);
    }
    state = State.ENDED;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (state == State.ENDED) {
      throw new IOException("the response is complete already");
    }
    if (length == 0) {
      return;
    }
    if (state == State.GATHERING) {
      readDeclaredLength();
      if (declared == UNKNOWN && length <= GATHERED - gatheredSize) {
        gather(bytes, offset, length);
        written += length;
        return;
      }
      commitGathered();
    }
    checkLength(length);
    written += length;
    switch (state) {
      case FIXED, TO_CLOSE -> out.write(bytes, offset, length);
      case CHUNKED -> writeChunked(bytes, offset, length);
      case NONE, GATHERING, ENDED -> {}
    }
  }

  @Override
  public void write(FileHandle file, long from, long count) throws IOException {
    if (count >= SENDFILE) {
      if (state == State.GATHERING) {
        readDeclaredLength();
        if (declared != UNKNOWN) {
          commitGathered();
        }
      }
      if (state == State.FIXED) {
        checkLength(count);
        out.flush();
        written += count;
        connection().output().sendFile(file, from, count);
        return;
      }
    }
    if (count < SENDFILE) {
      writeShort(file, from, (int) count);
    } else {
      Response.super.write(file, from, count);
    }
  }

  private void writeShort(FileHandle file, long from, int count) throws IOException {
    if (part.length == 0) {
      part = new byte[SENDFILE];
    }
    int n = count == 0 ? 0 : file.pread(part, 0, count, from);
    if (n < count) {
      throw new EOFException(
          file.path() + " ended " + (count - Math.max(n, 0)) + " bytes before what is to be sent");
    }
    write(part, 0, count);
  }

  private void gather(byte[] bytes, int offset, int length) {
    if (gathered.length == 0) {
      gathered = new byte[GATHERED];
    }
    System.arraycopy(bytes, offset, gathered, gatheredSize, length);
    gatheredSize += length;
  }

  private void checkLength(long more) throws IOException {
    if (state == State.FIXED && more > declared - written) {
      throw new IOException(
          "the response's Content-Length is " + declared + ", and more than that was written");
    }
  }

  /** Sends the head and switches to a body of unknown or declared length. */
  private void commitGathered() throws IOException {
    commit(UNKNOWN);
    if (gatheredSize > 0 && state == State.TO_CLOSE) {
      out.write(gathered, 0, gatheredSize);
    }
    if (state != State.CHUNKED) {
      gatheredSize = 0;
    }
  }

  private void writeChunked(byte[] bytes, int offset, int length) throws IOException {
    if (length > GATHERED - gatheredSize) {
      endChunk();
    }
    if (length < GATHERED) {
      gather(bytes, offset, length);
    } else {
      out.writeChunk(bytes, offset, length);
    }
  }

  private void endChunk() throws IOException {
    if (gatheredSize > 0) {
      out.writeChunk(gathered, 0, gatheredSize);
      gatheredSize = 0;
    }
  }

  @Override
  public void flush() throws IOException {
    if (state == State.GATHERING) {
      readDeclaredLength();
      commitGathered();
    }
    if (state == State.CHUNKED) {
      endChunk();
    }
    out.flush();
  }

  @Override
  public OutputStream outputStream() {
    if (stream == null) {
      stream = new ResponseBody(this);
    }
    return stream;
  }

  /** Ends the body. */
  void finish() throws IOException {
    switch (state) {
      case GATHERING -> {
        readDeclaredLength();
        int length = gatheredSize;
        boolean headOnly =
            length == 0 && declared != UNKNOWN && (status == 304 || request.isHead());
        if (declared != UNKNOWN && declared != length && !headOnly) {
          throw tooShort();
        }
        commit(headOnly ? UNKNOWN : length);
        if (state == State.FIXED) {
          out.write(gathered, 0, length);
        }
        gatheredSize = 0;
      }
      case FIXED -> {
        if (written < declared) {
          throw tooShort();
        }
      }
      case CHUNKED -> {
        endChunk();
        out.put(LAST_CHUNK);
        for (int i = 0; i < trailers.size(); i++) {
          out.putField(trailers.name(i), trailers.value(i));
        }
        out.endLine();
      }
      case TO_CLOSE, NONE, ENDED -> {}
    }
    state = State.ENDED;
  }

  private IOException tooShort() {
    return new IOException(
        "the response's Content-Length is " + declared + ", but only " + written + " were written");
  }

  // ---- Completion

  /**
   * Completes the response after the handler has returned.
   *
   * @return whether the connection can be used for the next request
   */
  boolean complete() throws IOException {
    if (hijacked) {
      return false;
    }
    if (state != State.ENDED) {
      try {
        finish();
      } catch (IOException e) {
        fail(e);
      }
    }
    return !closing && request.drain();
  }

  /**
   * Called when the handler has failed: sends an error response if nothing was sent, else closes
   * the connection.
   */
  void fail(Throwable failure) throws IOException {
    if (!isExpected(failure)) {
      log(failure);
    }
    if (committed || hijacked || connection().isBroken()) {
      closing |= state != State.ENDED;
      state = State.ENDED;
      return;
    }
    headers.clear();
    trailers.clear();
    gatheredSize = 0;
    declared = UNKNOWN;
    written = 0;
    if (failure instanceof HttpException e) {
      status = e.status();
      send(String.valueOf(e.getMessage()) + "\n");
    } else {
      status = 500;
      send(StatusLines.reason(500) + "\n");
    }
  }

  /**
   * Reports whether the failure is an intended response, or only reports the end of the connection
   * or the request.
   */
  private boolean isExpected(Throwable failure) {
    return failure instanceof HttpException
        || connection().isBroken()
        || (hijacked && failure instanceof IOException)
        || (request.isCancelled() && failure instanceof CancellationException);
  }

  private void log(Throwable failure) {
    System.getLogger("dev.weft.http")
        .log(Level.ERROR, "the handler failed for " + request + " from " + connection(), failure);
  }

  // ---- Besides

  @Override
  public void sendInformational(int informational, Headers fields) throws IOException {
    checkUncommitted();
    if (informational <= 101 || informational > 199) {
      throw new IllegalArgumentException("not an informational status: " + informational);
    }
    if (request.isVersion10()) {
      return;
    }
    out.put(StatusLines.line(informational));
    for (int i = 0; i < fields.size(); i++) {
      out.putField(fields.name(i), fields.value(i));
    }
    out.endLine().flush();
  }

  @Override
  public boolean isCommitted() {
    return committed;
  }

  @Override
  public long bytesWritten() {
    return written;
  }

  @Override
  public Hijacked upgrade(String protocol) throws IOException {
    checkUncommitted();
    if (!request.wantsUpgrade()) {
      throw new HttpException(426, "the client did not ask for an upgrade of the connection");
    }
    headers.set("Upgrade", protocol);
    committed = true;
    status = 101;
    out.put(StatusLines.line(101));
    putFields();
    out.putField("Connection", "Upgrade").endLine();
    return handOver();
  }

  @Override
  public Hijacked hijack() throws IOException {
    checkUncommitted();
    return handOver();
  }

  private Hijacked handOver() throws IOException {
    if (gatheredSize > 0) {
      throw new IllegalStateException("a part of a response was written already");
    }
    state = State.ENDED;
    hijacked = true;
    out.flush();
    return connection().handOver(request.takeReceived());
  }

  boolean isHijacked() {
    return hijacked;
  }

  @Override
  public String toString() {
    return "response " + status;
  }
}
