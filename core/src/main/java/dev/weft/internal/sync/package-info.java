/** What critical code needs that must neither park nor fail: short locks, a log of failures. */
@NullMarked
package dev.weft.internal.sync;

import org.jspecify.annotations.NullMarked;
