/** Goroutines in the log lines of Logback, which is an optional dependency. */
@NullMarked
package dev.weft.debug.logback;

import org.jspecify.annotations.NullMarked;
