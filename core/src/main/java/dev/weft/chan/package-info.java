/** Go's channels and {@code select}, for goroutines, other virtual threads and platform threads. */
@NullMarked
package dev.weft.chan;

import org.jspecify.annotations.NullMarked;
