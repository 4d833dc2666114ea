/** Dumps of goroutines: what each waits for, and those that stand at the same place together. */
@NullMarked
package dev.weft.debug.internal.goroutine;

import org.jspecify.annotations.NullMarked;
