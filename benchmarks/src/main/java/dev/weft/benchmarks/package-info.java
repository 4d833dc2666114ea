/** JMH benchmarks. Those named {@code jdk} do the same on the JDK's own virtual threads. */
@NullMarked
package dev.weft.benchmarks;

import org.jspecify.annotations.NullMarked;
