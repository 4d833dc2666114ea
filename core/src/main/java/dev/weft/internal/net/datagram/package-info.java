/** Opens datagram sockets, and lends the memory of received datagrams. */
@NullMarked
package dev.weft.internal.net.datagram;

import org.jspecify.annotations.NullMarked;
