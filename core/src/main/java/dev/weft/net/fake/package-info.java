/** A network in memory for tests, over links that delay, stall, reset and refuse as asked. */
@NullMarked
package dev.weft.net.fake;

import org.jspecify.annotations.NullMarked;
