/** Files for goroutines: a call that has to wait for the disk keeps nobody else from running. */
@NullMarked
package dev.weft.io;

import org.jspecify.annotations.NullMarked;
