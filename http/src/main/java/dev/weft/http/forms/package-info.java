/** Forms: {@code application/x-www-form-urlencoded} and {@code multipart/form-data}. */
@NullMarked
package dev.weft.http.forms;

import org.jspecify.annotations.NullMarked;
