/** What the kernel tells of processes, of the network and of the machine. */
@NullMarked
package dev.weft.bench.measure;

import org.jspecify.annotations.NullMarked;
