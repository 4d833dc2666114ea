/**
 * Connections and listeners as the JDK's types: sockets, server sockets, streams, channels. Knows
 * connections as {@link dev.weft.internal.net.adapter.Duplex}.
 */
@NullMarked
package dev.weft.internal.net.adapter;

import org.jspecify.annotations.NullMarked;
