/** Readings of what the runtime counts. */
@NullMarked
package dev.weft.stats;

import org.jspecify.annotations.NullMarked;
