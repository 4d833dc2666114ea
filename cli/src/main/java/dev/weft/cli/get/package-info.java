/** {@code weft get}: fetches a URL. */
@NullMarked
package dev.weft.cli.get;

import org.jspecify.annotations.NullMarked;
