/** The targets of a proxy: which of them are up, the choice among them, and connections to them. */
@NullMarked
package dev.weft.cli.proxy.targets;

import org.jspecify.annotations.NullMarked;
