/** Spans of OpenTelemetry for connections and requests; its API is an optional dependency. */
@NullMarked
package dev.weft.debug.otel;

import org.jspecify.annotations.NullMarked;
