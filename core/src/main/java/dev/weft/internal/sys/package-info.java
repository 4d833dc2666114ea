/**
 * System calls through the foreign-function API, errno, socket addresses, and access to the three
 * non-public members of the JDK that goroutines need. Nothing above this package touches native
 * memory.
 */
@NullMarked
package dev.weft.internal.sys;

import org.jspecify.annotations.NullMarked;
