/** Passes TCP connections on: targets, the choice among them, and the copy in both directions. */
@NullMarked
package dev.weft.cli.proxy;

import org.jspecify.annotations.NullMarked;
