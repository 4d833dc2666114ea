/** {@code weft serve}: HTTP, an echo service, and one for datagrams, a goroutine per connection. */
@NullMarked
package dev.weft.cli.serve;

import org.jspecify.annotations.NullMarked;
