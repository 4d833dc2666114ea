/** Lets tools inspect the runtime: goroutines, descriptors, processors and machines. */
@NullMarked
package dev.weft.internal.inspect;

import org.jspecify.annotations.NullMarked;
