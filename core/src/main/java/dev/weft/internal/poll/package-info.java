/**
 * The contract of the network poller, and the code that all backends share: the descriptor's life
 * ({@code Fd}), its two gates and deadlines ({@code PollDesc}), and the operations a backend
 * supplies ({@code Transport}).
 */
@NullMarked
package dev.weft.internal.poll;

import org.jspecify.annotations.NullMarked;
