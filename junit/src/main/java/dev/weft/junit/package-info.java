/** Checks that tests leave no goroutines, sockets, leases or datagrams behind. */
@NullMarked
package dev.weft.junit;

import org.jspecify.annotations.NullMarked;
