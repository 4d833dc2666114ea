/**
 * Files: an open file ({@code FileFd}), the contract of a backend ({@code FileBackend}, {@code
 * OpenFile}), and the backends with calls that may block.
 */
@NullMarked
package dev.weft.internal.poll.file;

import org.jspecify.annotations.NullMarked;
