/** The command {@code weft bench}: what it takes, and the order in which things are measured. */
@NullMarked
package dev.weft.bench;

import org.jspecify.annotations.NullMarked;
