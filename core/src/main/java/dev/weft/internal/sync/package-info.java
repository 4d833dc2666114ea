/** Locks for critical sections too short to park for. */
@NullMarked
package dev.weft.internal.sync;

import org.jspecify.annotations.NullMarked;
