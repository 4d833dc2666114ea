/** Opens listening stream sockets, and finds those that the process has inherited. */
@NullMarked
package dev.weft.internal.net.listen;

import org.jspecify.annotations.NullMarked;
