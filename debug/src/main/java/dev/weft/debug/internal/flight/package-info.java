/** The flight recorder: the conditions on which it writes, and its files. */
@NullMarked
package dev.weft.debug.internal.flight;

import org.jspecify.annotations.NullMarked;
