/**
 * Blocking sockets: a call that has to wait parks the goroutine, or blocks the thread outside
 * goroutines.
 */
@NullMarked
package dev.weft.net;

import org.jspecify.annotations.NullMarked;
