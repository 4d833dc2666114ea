/** Goroutines: starting them, and the few things only they can do. */
@NullMarked
package dev.weft;

import org.jspecify.annotations.NullMarked;
