/** Contexts: deadlines, cancellation and values that follow the work across goroutines. */
@NullMarked
package dev.weft.context;

import org.jspecify.annotations.NullMarked;
