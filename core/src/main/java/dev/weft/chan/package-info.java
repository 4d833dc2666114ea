/**
 * Go's channels and {@code select} for goroutines, plain virtual threads and platform threads
 * alike.
 */
@NullMarked
package dev.weft.chan;

import org.jspecify.annotations.NullMarked;
