/** Metrics, as text of OpenMetrics or as messages with native histograms. */
@NullMarked
package dev.weft.debug.internal.metrics;

import org.jspecify.annotations.NullMarked;
