/**
 * A pool of connections for clients: limits, fair waiting, checks before reuse, and leak reports.
 */
@NullMarked
package dev.weft.net.pool;

import org.jspecify.annotations.NullMarked;
