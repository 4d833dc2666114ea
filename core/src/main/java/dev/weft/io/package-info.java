/**
 * Files whose transfers let other goroutines run, and buffered reading and writing of connections.
 */
@NullMarked
package dev.weft.io;

import org.jspecify.annotations.NullMarked;
