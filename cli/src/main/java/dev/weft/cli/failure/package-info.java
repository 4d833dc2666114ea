/** Messages of exceptions for users of the command. */
@NullMarked
package dev.weft.cli.failure;

import org.jspecify.annotations.NullMarked;
