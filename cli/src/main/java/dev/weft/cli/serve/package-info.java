/**
 * {@code weft serve}: an echo service and a minimal HTTP/1.1 responder, a goroutine per connection.
 */
@NullMarked
package dev.weft.cli.serve;

import org.jspecify.annotations.NullMarked;
