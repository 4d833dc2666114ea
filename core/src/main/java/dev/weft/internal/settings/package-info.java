/** Checks the values of settings that users pass in. */
@NullMarked
package dev.weft.internal.settings;

import org.jspecify.annotations.NullMarked;
