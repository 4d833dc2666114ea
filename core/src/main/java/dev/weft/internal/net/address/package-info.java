/** Parses networks and addresses, and knows the wildcard and loopback addresses. */
@NullMarked
package dev.weft.internal.net.address;

import org.jspecify.annotations.NullMarked;
