/** Closes objects with several parts, all of them although one fails to close. */
@NullMarked
package dev.weft.internal.closing;

import org.jspecify.annotations.NullMarked;
