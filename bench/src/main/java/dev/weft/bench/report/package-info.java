/** Figures, what becomes of several rounds of them, and their three forms: table, JSON and page. */
@NullMarked
package dev.weft.bench.report;

import org.jspecify.annotations.NullMarked;
