/** What a proxy does with connections, as immutable records. */
@NullMarked
package dev.weft.cli.proxy.settings;

import org.jspecify.annotations.NullMarked;
