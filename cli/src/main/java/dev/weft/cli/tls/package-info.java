/** Options about TLS that several commands have, and {@code weft tls-keys}. */
@NullMarked
package dev.weft.cli.tls;

import org.jspecify.annotations.NullMarked;
