/** The dashboard: one page, and the figures that it shows while it is open. */
@NullMarked
package dev.weft.debug.internal.dash;

import org.jspecify.annotations.NullMarked;
