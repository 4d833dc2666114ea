/** Structured work: groups of goroutines, worker pools and pipelines. */
@NullMarked
package dev.weft.task;

import org.jspecify.annotations.NullMarked;
