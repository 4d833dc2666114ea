package dev.weft.net;

import java.io.Closeable;
import java.util.List;

/**
 * What came over a {@link UnixConn}.
 *
 * @param length how many bytes, or -1 at the end of the stream
 * @param descriptors those that came with the first byte, which the receiver owns
 */
public record ReceivedDescriptors(int length, List<Descriptor> descriptors) implements Closeable {
  /** Takes a copy of the list. */
  public ReceivedDescriptors {
    descriptors = List.copyOf(descriptors);
  }

  /** Closes the descriptors that were not taken. */
  @Override
  public void close() {
    descriptors.forEach(Descriptor::close);
  }
}
