/** {@code weft top}: what a process with debug endpoints does, in a terminal. */
@NullMarked
package dev.weft.cli.top;

import org.jspecify.annotations.NullMarked;
