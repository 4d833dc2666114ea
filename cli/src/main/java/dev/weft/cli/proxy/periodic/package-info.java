/** Actions that are repeated in a goroutine, and the state of a file between two of them. */
@NullMarked
package dev.weft.cli.proxy.periodic;

import org.jspecify.annotations.NullMarked;
