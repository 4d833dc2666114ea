/** Blocking sockets for goroutines: a call that has to wait parks the goroutine, never a thread. */
@NullMarked
package dev.weft.net;

import org.jspecify.annotations.NullMarked;
