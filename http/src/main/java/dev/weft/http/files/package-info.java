/** Files of a folder over HTTP: conditional requests, ranges, precompressed variants, listings. */
@NullMarked
package dev.weft.http.files;

import org.jspecify.annotations.NullMarked;
