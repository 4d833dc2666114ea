/**
 * Files: the life of an open file ({@code FileFd}), the contract of those that open and access them
 * ({@code FileBackend}), and the backends by calls that may block.
 */
@NullMarked
package dev.weft.internal.poll.file;

import org.jspecify.annotations.NullMarked;
