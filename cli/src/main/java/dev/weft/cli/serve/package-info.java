/**
 * {@code weft serve} and {@code weft proxy}: services, each on an address, a goroutine per
 * connection.
 */
@NullMarked
package dev.weft.cli.serve;

import org.jspecify.annotations.NullMarked;
