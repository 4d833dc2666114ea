/** Searches dev.weft.context for wrong interleavings. */
@NullMarked
package dev.weft.stress.context;

import org.jspecify.annotations.NullMarked;
