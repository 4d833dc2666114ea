/** The servers that are compared, one small class a model, and the process they run in. */
@NullMarked
package dev.weft.bench.model;

import org.jspecify.annotations.NullMarked;
