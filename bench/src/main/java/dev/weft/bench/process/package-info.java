/** The child processes: how they are started, where they are pinned, and how to talk to them. */
@NullMarked
package dev.weft.bench.process;

import org.jspecify.annotations.NullMarked;
