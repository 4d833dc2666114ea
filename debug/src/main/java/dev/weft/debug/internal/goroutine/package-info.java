/** Dumps of goroutines: what each waits for, one by one or grouped by stack. */
@NullMarked
package dev.weft.debug.internal.goroutine;

import org.jspecify.annotations.NullMarked;
