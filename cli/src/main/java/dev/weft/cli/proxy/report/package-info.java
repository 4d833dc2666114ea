/**
 * What a proxy tells its operator: access log, statistics over HTTP, and a line on the terminal.
 */
@NullMarked
package dev.weft.cli.proxy.report;

import org.jspecify.annotations.NullMarked;
