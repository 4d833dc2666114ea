/** Spin locks, a stack check and a failure log, for code that must neither park nor fail. */
@NullMarked
package dev.weft.internal.sync;

import org.jspecify.annotations.NullMarked;
