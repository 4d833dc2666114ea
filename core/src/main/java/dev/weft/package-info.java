/** Goroutines: starting them, what only they can do, and tests of them in fake time. */
@NullMarked
package dev.weft;

import org.jspecify.annotations.NullMarked;
