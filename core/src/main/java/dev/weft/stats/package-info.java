/** Readings of the runtime's counters. */
@NullMarked
package dev.weft.stats;

import org.jspecify.annotations.NullMarked;
