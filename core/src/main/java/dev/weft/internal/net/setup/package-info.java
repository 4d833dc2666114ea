/** Sets sockets up before they are bound or connected: options, hooks. */
@NullMarked
package dev.weft.internal.net.setup;

import org.jspecify.annotations.NullMarked;
