/** What ends the wait of a network call: a deadline, a context, an interrupt. */
@NullMarked
package dev.weft.internal.net.wait;

import org.jspecify.annotations.NullMarked;
