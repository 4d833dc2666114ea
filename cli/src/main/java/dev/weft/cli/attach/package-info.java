/** {@code weft attach}: puts the virtual threads of a running JVM on Weft. */
@NullMarked
package dev.weft.cli.attach;

import org.jspecify.annotations.NullMarked;
