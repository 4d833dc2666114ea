/** Starts goroutines, and has the few operations that only goroutines have. */
@NullMarked
package dev.weft;

import org.jspecify.annotations.NullMarked;
