/** Writes profiles in the format of {@code go tool pprof}. */
@NullMarked
package dev.weft.debug.internal.pprof;

import org.jspecify.annotations.NullMarked;
