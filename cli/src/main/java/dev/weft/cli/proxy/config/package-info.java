/** Reads the settings of a proxy from the command line and from a configuration file. */
@NullMarked
package dev.weft.cli.proxy.config;

import org.jspecify.annotations.NullMarked;
