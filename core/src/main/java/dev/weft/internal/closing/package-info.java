/** Closes what consists of several parts. */
@NullMarked
package dev.weft.internal.closing;

import org.jspecify.annotations.NullMarked;
