/** Hot restarts: passes the listening sockets of a proxy from the old process to the new one. */
@NullMarked
package dev.weft.cli.proxy.restart;

import org.jspecify.annotations.NullMarked;
