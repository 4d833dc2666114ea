/** Connections within the process: two ends that exchange bytes through memory. */
@NullMarked
package dev.weft.internal.poll.pipe;

import org.jspecify.annotations.NullMarked;
