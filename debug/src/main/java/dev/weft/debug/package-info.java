/** The debug endpoints of a program. */
@NullMarked
package dev.weft.debug;

import org.jspecify.annotations.NullMarked;
