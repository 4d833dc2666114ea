/**
 * The portable backend on {@code java.nio} selectors: for systems without a native backend, and
 * where native access is denied.
 */
@NullMarked
package dev.weft.internal.poll.selector;

import org.jspecify.annotations.NullMarked;
