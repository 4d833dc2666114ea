/** What contexts cost. */
@NullMarked
package dev.weft.benchmarks.context;

import org.jspecify.annotations.NullMarked;
