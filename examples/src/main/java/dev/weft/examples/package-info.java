/** Small complete programs, each in one file. */
@NullMarked
package dev.weft.examples;

import org.jspecify.annotations.NullMarked;
