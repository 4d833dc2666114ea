package dev.weft.bench.model;

import static dev.weft.bench.model.ConnectionState.CLOSED;
import static dev.weft.bench.model.ConnectionState.CLOSING;
import static dev.weft.bench.model.ConnectionState.CONNECTING;
import static dev.weft.bench.model.ConnectionState.ESTABLISHED;
import static dev.weft.bench.model.ConnectionState.INIT;
import static dev.weft.bench.model.ConnectionState.RECEIVING;
import static dev.weft.bench.model.ConnectionState.SENDING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConnectionStateTest {
  @Test
  void aClientsLifeWithAConnectionARequest() {
    assertThat(
            INIT.to(CONNECTING)
                .to(ESTABLISHED)
                .to(SENDING)
                .to(RECEIVING)
                .to(CLOSING)
                .to(CLOSED)
                .to(INIT))
        .isEqualTo(INIT);
  }

  @Test
  void aServersLife() {
    assertThat(INIT.to(ESTABLISHED).to(SENDING).to(ESTABLISHED).to(SENDING).to(CLOSED))
        .isEqualTo(CLOSED);
  }

  @ParameterizedTest
  @EnumSource
  void anyOfThemMayBreakOff(ConnectionState state) {
    if (state != CLOSED) {
      assertThat(state.to(CLOSED)).isEqualTo(CLOSED);
    }
  }

  @ParameterizedTest
  @EnumSource
  void noStateLeadsToItselfAndNoneFollowsTheLast(ConnectionState state) {
    assertThatThrownBy(() -> state.to(state)).isInstanceOf(IllegalStateException.class);
    if (state != INIT) {
      assertThatThrownBy(() -> CLOSED.to(state))
          .hasMessage("a connection that is CLOSED cannot become " + state);
    }
  }
}
