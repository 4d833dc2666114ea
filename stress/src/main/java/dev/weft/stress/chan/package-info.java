/** Searches dev.weft.chan for wrong interleavings. */
@NullMarked
package dev.weft.stress.chan;

import org.jspecify.annotations.NullMarked;
