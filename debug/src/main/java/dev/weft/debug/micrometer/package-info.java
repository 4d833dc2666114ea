/** Weft's figures in Micrometer; needs {@code micrometer-core}, which nothing else here does. */
@NullMarked
package dev.weft.debug.micrometer;

import org.jspecify.annotations.NullMarked;
