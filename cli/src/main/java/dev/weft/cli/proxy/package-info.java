/**
 * The process of {@code weft proxy}: a TCP proxy with its configuration file, reports and hot
 * restarts.
 */
@NullMarked
package dev.weft.cli.proxy;

import org.jspecify.annotations.NullMarked;
