package dev.weft.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.net.Conn;
import dev.weft.net.Pipe;
import dev.weft.testing.Goroutines;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How connections end, and what broken records do. */
@Timeout(180)
class RecordsTest {
  private static final byte[] BROKEN = {
    23, 3, 3, 0, 20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20
  };

  private final TlsConfig server =
      TlsConfig.builder().certificate(TestCertificates.server()).build();
  private final TlsConfig client =
      TlsConfig.builder().trust(TestCertificates.authorities()).build();
  private Pipe pipe;

  @BeforeEach
  void openPipe() throws IOException {
    pipe = Pipe.open();
  }

  private TlsPair connect(TlsConfig clientConfig) throws Exception {
    return new TlsPair(clientConfig.client(pipe.first(), "localhost"), server.server(pipe.second()))
        .shakeHands();
  }

  private static TlsConfig tls12() {
    return TlsConfig.builder().trust(TestCertificates.authorities()).protocols("TLSv1.2").build();
  }

  @Test
  void anEndWithoutCloseNotifyIsAnError() throws Exception {
    TlsPair pair = connect(client);
    pair.client().write(new byte[] {42});
    pipe.first().closeWrite(); // a close would reset: the client has not read its tickets
    byte[] buffer = new byte[10];
    assertThat(pair.server().read(buffer)).isEqualTo(1);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> pair.server().read(buffer))
          .isInstanceOf(SSLException.class)
          .hasMessageStartingWith("read pipe ")
          .hasMessageContaining("without close_notify");
    }
  }

  /** The JDK's engine makes several records of a flight; they are written together. */
  @Test
  void theMessagesOfAFlightArriveAtOnce() throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, null, null);
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(true);
    ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), hello);
    try (Goroutines goroutines = new Goroutines();
        Conn conn = pipe.first()) {
      var serving = goroutines.go(() -> server.server(pipe.second()).handshake());
      conn.write(hello.flip());
      ByteBuffer flight = ByteBuffer.allocate(10_000);
      conn.read(flight);
      flight.flip();
      int records = 0;
      while (flight.hasRemaining()) {
        flight.position(flight.position() + 5 + flight.getShort(flight.position() + 3));
        records++;
      }
      // ServerHello, ChangeCipherSpec, and what is encrypted
      assertThat(records).isEqualTo(3);
      conn.close();
      assertThat(serving.failure()).isInstanceOf(SSLException.class);
    }
  }

  @Test
  void anEndInsideARecordIsAnError() throws Exception {
    TlsPair pair = connect(client);
    pipe.first().write(BROKEN, 0, 10);
    pipe.first().closeWrite();
    assertThatThrownBy(() -> pair.server().read(new byte[10]))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("without close_notify");
  }

  @Test
  void aBrokenRecordEndsTheConnectionAndThePeerIsTold() throws Exception {
    try (TlsPair pair = connect(client)) {
      pipe.first().write(BROKEN);
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> pair.server().read(new byte[10]))
            .isInstanceOf(SSLException.class)
            .hasMessageStartingWith("read pipe ")
            .hasMessageContaining("bad_record_mac");
      }
      assertThatThrownBy(() -> pair.server().write(new byte[1])).isInstanceOf(SSLException.class);
      assertThatThrownBy(() -> pair.client().read(new byte[10]))
          .isInstanceOf(SSLException.class)
          .hasMessageContaining("peer sent alert bad_record_mac");
    }
  }

  @Test
  void anOversizedRecordEndsTheConnection() throws Exception {
    try (TlsPair pair = connect(client)) {
      pipe.first().write(new byte[] {23, 3, 3, (byte) 0xff, (byte) 0xff});
      assertThatThrownBy(() -> pair.server().read(new byte[10])).isInstanceOf(SSLException.class);
    }
  }

  @Test
  void brokenRecordsAreFoundByIsReadableToo() throws Exception {
    try (TlsPair pair = connect(client)) {
      assertThat(pair.server().isReadable()).isFalse();
      pipe.first().write(BROKEN);
      assertThat(pair.server().isReadable()).isTrue();
      assertThatThrownBy(() -> pair.server().read(new byte[10])).isInstanceOf(SSLException.class);
    }
  }

  @Test
  void ticketsAreNothingToRead() throws Exception {
    try (TlsPair pair = connect(client)) {
      assertThat(pipe.first().isReadable()).as("the server has sent tickets").isTrue();
      assertThat(pair.client().isReadable()).isFalse();
      pair.server().write(new byte[1]);
      assertThat(pair.client().isReadable()).isTrue();
    }
  }

  @Test
  void withVersion12TheEndOfWritingEndsBothDirections() throws Exception {
    try (TlsPair pair = connect(tls12())) {
      pair.client().write(new byte[1]);
      pair.server().write(new byte[2]);
      pair.client().closeWrite();
      assertThatThrownBy(() -> pair.client().write(new byte[1]))
          .isInstanceOf(SocketException.class)
          .hasMessageEndingWith(": broken pipe");
      assertThat(pair.server().read(new byte[10])).isEqualTo(1);
      assertThat(pair.server().read(new byte[10])).isEqualTo(-1);
      assertThatThrownBy(() -> pair.server().write(new byte[1]))
          .isInstanceOf(SocketException.class)
          .hasMessageEndingWith(": broken pipe");
      assertThat(pair.client().read(new byte[10])).as("what was written before").isEqualTo(2);
      pair.server().close();
      assertThat(pair.client().read(new byte[10])).isEqualTo(-1);
    }
  }

  @Test
  void renegotiationIsRefused() throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, TrustedCertificates.of(TestCertificates.authorities()), null);
    SSLEngine engine = context.createSSLEngine("localhost", 1);
    engine.setUseClientMode(true);
    engine.setEnabledProtocols(new String[] {"TLSv1.2"});
    try (TlsConn conn = server.server(pipe.second());
        Goroutines goroutines = new Goroutines()) {
      var serving =
          goroutines.start(() -> {
            conn.handshake();
            return conn.read(new byte[1]);
          });
      RawClient raw = new RawClient(engine, pipe.first());
      raw.shakeHands();
      engine.beginHandshake();
      raw.wrap();
      assertThat(serving.failure())
          .isInstanceOf(SSLException.class)
          .hasMessageContaining("renegotiate");
      assertThatThrownBy(() -> conn.write(new byte[1])).isInstanceOf(SSLException.class);
    }
  }

  /** The JDK's engine, without what Weft adds to it. */
  private record RawClient(SSLEngine engine, Conn conn) {
    private void shakeHands() throws Exception {
      ByteBuffer in = ByteBuffer.allocate(64 * 1024).limit(0);
      engine.beginHandshake();
      for (HandshakeStatus status;
          (status = engine.getHandshakeStatus()) != HandshakeStatus.NOT_HANDSHAKING; ) {
        switch (status) {
          case NEED_WRAP -> wrap();
          case NEED_TASK -> engine.getDelegatedTask().run();
          default -> {
            var result = engine.unwrap(in, ByteBuffer.allocate(64 * 1024));
            if (result.getStatus() == Status.BUFFER_UNDERFLOW) {
              in.compact();
              conn.read(in);
              in.flip();
            }
          }
        }
      }
    }

    private void wrap() throws Exception {
      ByteBuffer out = ByteBuffer.allocate(64 * 1024);
      engine.wrap(ByteBuffer.allocate(0), out);
      conn.write(out.flip());
    }
  }
}
