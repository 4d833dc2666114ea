/**
 * Parses networks and addresses, knows the wildcard and loopback addresses, and removes the files
 * of Unix sockets.
 */
@NullMarked
package dev.weft.internal.net.address;

import org.jspecify.annotations.NullMarked;
