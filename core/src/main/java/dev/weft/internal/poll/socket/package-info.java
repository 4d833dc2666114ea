/**
 * What the backends that call Linux themselves have in common: a socket apart from how it waits.
 */
@NullMarked
package dev.weft.internal.poll.socket;

import org.jspecify.annotations.NullMarked;
