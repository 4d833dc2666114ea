/** A server around a handler: accept loops, a registry of connections, time-outs and draining. */
@NullMarked
package dev.weft.net.server;

import org.jspecify.annotations.NullMarked;
