/** Metrics in the text format of OpenMetrics. */
@NullMarked
package dev.weft.debug.internal.metrics;

import org.jspecify.annotations.NullMarked;
