/** Writes messages of Protocol Buffers. */
@NullMarked
package dev.weft.debug.internal.proto;

import org.jspecify.annotations.NullMarked;
