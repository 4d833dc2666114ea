/** The load generator: one thread, an epoll loop, and the process it runs in. */
@NullMarked
package dev.weft.bench.load;

import org.jspecify.annotations.NullMarked;
