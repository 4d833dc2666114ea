/** What failed, as text for users. */
@NullMarked
package dev.weft.cli.failure;

import org.jspecify.annotations.NullMarked;
