package dev.weft.internal.net.datagram;

import dev.weft.internal.poll.DatagramFd;
import java.io.IOException;

/** Makes the object that owns an opened socket. */
@FunctionalInterface
public interface DatagramMaker<T> {
  T make(DatagramFd fd) throws IOException;
}
