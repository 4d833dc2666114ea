/** Files by calls that block, in the two ways there are to keep goroutines running meanwhile. */
@NullMarked
package dev.weft.internal.poll.file;

import org.jspecify.annotations.NullMarked;
