/** {@code weft doctor}: how Weft would run here, and what to change. */
@NullMarked
package dev.weft.cli.doctor;

import org.jspecify.annotations.NullMarked;
