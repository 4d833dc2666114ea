/** TLS over any connection: clients, servers, certificates. */
@NullMarked
package dev.weft.net.tls;

import org.jspecify.annotations.NullMarked;
