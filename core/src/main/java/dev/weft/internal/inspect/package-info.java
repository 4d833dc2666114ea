/** What tools see of the runtime: goroutines, descriptors, processors and machines. */
@NullMarked
package dev.weft.internal.inspect;

import org.jspecify.annotations.NullMarked;
