/**
 * The kernel and the JDK as Weft sees them: typed system calls through the foreign-function API,
 * errno, socket addresses, and the three JDK doors that goroutines need. Nothing above this package
 * touches native memory.
 */
@NullMarked
package dev.weft.internal.sys;

import org.jspecify.annotations.NullMarked;
