/** Finds the addresses of host names, and remembers them. */
@NullMarked
package dev.weft.internal.net.lookup;

import org.jspecify.annotations.NullMarked;
