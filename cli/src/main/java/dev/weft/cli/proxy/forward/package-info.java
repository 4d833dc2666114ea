/** Accepts connections and forwards each of them to a target. */
@NullMarked
package dev.weft.cli.proxy.forward;

import org.jspecify.annotations.NullMarked;
