/** Linux sockets, shared by the backends with system calls: everything except waiting. */
@NullMarked
package dev.weft.internal.poll.socket;

import org.jspecify.annotations.NullMarked;
