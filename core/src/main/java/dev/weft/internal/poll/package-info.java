/**
 * The network poller's contract and what every backend shares: the descriptor's life ({@code Fd}),
 * its two gates and deadlines ({@code PollDesc}), and the operations a backend supplies ({@code
 * Transport}).
 */
@NullMarked
package dev.weft.internal.poll;

import org.jspecify.annotations.NullMarked;
