package dev.weft.net;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A part of the contract of {@link Conn}, tested on a pair of connected ends of every kind. To test
 * another implementation, add it to {@link ConnKind}.
 */
@Tag("contract")
@Timeout(180)
@ParameterizedClass(name = "{0}")
@EnumSource(ConnKind.class)
abstract class ConnContract {
  @Parameter ConnKind kind;
  Conn client;
  Conn server;

  /** Before anything is connected, which would have to be closed again. */
  @BeforeParameterizedClassInvocation
  static void skipWhatIsMissing(ConnKind kind) {
    kind.assumeAvailable();
  }

  @BeforeEach
  void connect() throws IOException {
    ConnPair pair = kind.connect();
    client = pair.client();
    server = pair.server();
  }

  @AfterEach
  void closeBoth() {
    client.close();
    server.close();
  }
}
