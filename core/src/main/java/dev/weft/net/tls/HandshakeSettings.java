package dev.weft.net.tls;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the handshakes of a configuration have in common.
 *
 * @param timeout how long each may take
 * @param turns those of servers; {@code null} where any number of handshakes works at once
 */
record HandshakeSettings(
    HandshakeCounts counts,
    Duration timeout,
    @Nullable HandshakeListener listener,
    @Nullable HandshakeTurns turns) {}
