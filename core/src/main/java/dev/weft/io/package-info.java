/**
 * Files for goroutines: a call that has to wait for the disk keeps nobody else from running, and a
 * transfer can be begun without waiting, to be heard of through a channel.
 */
@NullMarked
package dev.weft.io;

import org.jspecify.annotations.NullMarked;
