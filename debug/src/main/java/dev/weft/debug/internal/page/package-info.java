/** The endpoints, one class each. */
@NullMarked
package dev.weft.debug.internal.page;

import org.jspecify.annotations.NullMarked;
