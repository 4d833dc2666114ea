package dev.weft.http.server;

import dev.weft.http.internal.wire.ByteSource;
import dev.weft.http.internal.wire.ReceivedBytes;
import dev.weft.net.Conn;
import dev.weft.net.ProxyHeader;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The PROXY protocol header at the beginning of a connection. Bytes of the client that arrived with
 * it are kept until they are read.
 */
final class ProxyPreface {
  private final ProxyHeader header;
  private final ReceivedBytes behind;

  private ProxyPreface(ProxyHeader header, ReceivedBytes behind) {
    this.header = header;
    this.behind = behind;
  }

  /**
   * Reads the header; blocks until it is complete.
   *
   * @throws EOFException when the stream ends before the header does
   */
  static ProxyPreface read(ByteSource conn) throws IOException {
    byte[] bytes = new byte[ProxyHeader.MAX_LENGTH];
    int count = 0;
    while (true) {
      int n = conn.read(bytes, count, bytes.length - count);
      if (n < 0) {
        throw new EOFException("the stream ended before the PROXY header");
      }
      count += n;
      ByteBuffer come = ByteBuffer.wrap(bytes, 0, count);
      ProxyHeader header = ProxyHeader.parse(come);
      if (header != null) {
        byte[] behind = Arrays.copyOfRange(bytes, come.position(), count);
        return new ProxyPreface(header, new ReceivedBytes(behind));
      }
    }
  }

  /**
   * Reads the header and no byte behind it, as what follows may be for another layer; blocks until
   * it is complete.
   */
  static ProxyPreface readExactly(Conn conn) throws IOException {
    return new ProxyPreface(ProxyHeader.read(conn), new ReceivedBytes(new byte[0]));
  }

  /** Returns the client's address; null when the connection is the proxy's own. */
  @Nullable SocketAddress source() {
    return header.source();
  }

  /** Returns the address that the client connected to; null if {@link #source} is null. */
  @Nullable SocketAddress destination() {
    return header.destination();
  }

  /** Returns the bytes of the client that arrived with the header. */
  ReceivedBytes behind() {
    return behind;
  }
}
