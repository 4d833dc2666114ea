/** Figures, their aggregation over rounds, and their three forms: table, JSON and page. */
@NullMarked
package dev.weft.bench.report;

import org.jspecify.annotations.NullMarked;
