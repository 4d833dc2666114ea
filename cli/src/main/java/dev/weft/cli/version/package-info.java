/** The release, which every command prints with {@code --version}. */
@NullMarked
package dev.weft.cli.version;

import org.jspecify.annotations.NullMarked;
