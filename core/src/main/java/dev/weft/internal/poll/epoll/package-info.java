/**
 * The Linux backend on edge-triggered epoll: every socket is registered once, for good, when it
 * first has to wait.
 */
@NullMarked
package dev.weft.internal.poll.epoll;

import org.jspecify.annotations.NullMarked;
