/** Kernel counters of processes and the network, and properties of the host. */
@NullMarked
package dev.weft.bench.measure;

import org.jspecify.annotations.NullMarked;
