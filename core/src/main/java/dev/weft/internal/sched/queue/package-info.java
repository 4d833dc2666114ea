/** The queues of goroutines that are ready, and how long they wait there. */
@NullMarked
package dev.weft.internal.sched.queue;

import org.jspecify.annotations.NullMarked;
