/** Connects stream sockets: to the first of several addresses that answers. */
@NullMarked
package dev.weft.internal.net.dial;

import org.jspecify.annotations.NullMarked;
