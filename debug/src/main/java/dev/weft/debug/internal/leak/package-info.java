/** Finds what waits for ever, or for too long: goroutines, locks, connections, leases. */
@NullMarked
package dev.weft.debug.internal.leak;

import org.jspecify.annotations.NullMarked;
