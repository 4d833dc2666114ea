/** Limits of a listener: connections, peers, accept rate, buffer memory, and load. */
@NullMarked
package dev.weft.net.limit;

import org.jspecify.annotations.NullMarked;
