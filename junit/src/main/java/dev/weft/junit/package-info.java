/** Tests that leave nothing behind. */
@NullMarked
package dev.weft.junit;

import org.jspecify.annotations.NullMarked;
