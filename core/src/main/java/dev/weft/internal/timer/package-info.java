/** Timers, and the heap that fires them in order of time. */
@NullMarked
package dev.weft.internal.timer;

import org.jspecify.annotations.NullMarked;
