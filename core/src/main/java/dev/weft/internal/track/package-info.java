/** Tracks live goroutines and descriptors while a tool has asked for it. */
@NullMarked
package dev.weft.internal.track;

import org.jspecify.annotations.NullMarked;
