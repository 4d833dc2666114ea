/** Networks and addresses as users write them, and the addresses that stand for this machine. */
@NullMarked
package dev.weft.internal.net.address;

import org.jspecify.annotations.NullMarked;
