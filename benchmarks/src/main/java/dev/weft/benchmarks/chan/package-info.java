/** What channels and selects cost, beside what else there is on the JVM. */
@NullMarked
package dev.weft.benchmarks.chan;

import org.jspecify.annotations.NullMarked;
