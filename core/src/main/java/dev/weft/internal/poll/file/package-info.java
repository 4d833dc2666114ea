/** Files by calls that may block, and how goroutines are kept running meanwhile. */
@NullMarked
package dev.weft.internal.poll.file;

import org.jspecify.annotations.NullMarked;
