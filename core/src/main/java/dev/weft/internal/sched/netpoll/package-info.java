/** What the scheduler asks of a network poller; it knows no sockets. */
@NullMarked
package dev.weft.internal.sched.netpoll;

import org.jspecify.annotations.NullMarked;
