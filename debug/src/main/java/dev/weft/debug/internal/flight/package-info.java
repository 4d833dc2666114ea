/** The flight recorder: what makes it write, and the files that it has written. */
@NullMarked
package dev.weft.debug.internal.flight;

import org.jspecify.annotations.NullMarked;
