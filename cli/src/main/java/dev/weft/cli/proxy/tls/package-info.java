/** TLS configurations of a proxy, made from its settings: with clients and with targets. */
@NullMarked
package dev.weft.cli.proxy.tls;

import org.jspecify.annotations.NullMarked;
