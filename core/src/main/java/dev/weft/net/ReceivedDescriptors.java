package dev.weft.net;

import java.io.Closeable;
import java.util.List;

/**
 * The result of {@link UnixConn#receiveDescriptors}.
 *
 * @param length the number of bytes, or -1 at the end of the stream
 * @param descriptors the descriptors received with the first byte; the receiver owns them
 */
public record ReceivedDescriptors(int length, List<Descriptor> descriptors) implements Closeable {
  /** Copies the list. */
  public ReceivedDescriptors {
    descriptors = List.copyOf(descriptors);
  }

  /** Closes the descriptors that have no other owner yet. */
  @Override
  public void close() {
    descriptors.forEach(Descriptor::close);
  }
}
