package dev.weft.internal.sys;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Provided buffers for datagrams, one each, from which they are also forwarded without a copy.
 *
 * <p>In front of the payload the kernel writes a header ({@code struct io_uring_recvmsg_out}) and
 * the sender's address. To send it on, that address serves as the destination as it is; the {@code
 * msghdr} and {@code iovec} that this takes lie beside the buffers, one pair for each.
 */
public final class MessageBuffers {
  /** Room for any datagram: the length field of UDP has 16 bits. */
  private static final int PAYLOAD = 64 * 1024;

  private static final int HEADER = 16;
  private static final int NAME = CallState.ADDRESS_BYTES;
  private static final int HEADROOM = HEADER + NAME;

  /** struct msghdr: name, name length, iovec, count, control, control length, flags. */
  private static final int MESSAGE = 56;

  private static final int VECTOR = 16;
  private static final int SIDE = 192;

  private final BufferRing ring;
  private final MemorySegment memory;
  private final MemorySegment sides;
  private final MemorySegment receiving;

  /**
   * @param count a power of two
   */
  public MessageBuffers(IoUring of, int group, int count) throws SystemCallException {
    ring = BufferRing.whole(of, group, count, HEADROOM + PAYLOAD);
    memory = ring.memory();
    Arena arena = Arena.ofAuto();
    sides = arena.allocate((long) SIDE * count, 8);
    receiving = arena.allocate(MESSAGE, 8);
    receiving.set(JAVA_INT, 8, NAME);
  }

  public int count() {
    return ring.count();
  }

  /** Gives the buffer to the kernel. */
  public void add(int id) {
    ring.add(id);
  }

  /** The {@code msghdr} with which to submit a receive into these buffers. */
  MemorySegment receiving() {
    return receiving;
  }

  private long at(int id) {
    return (long) id * ring.size();
  }

  /** The size of the datagram in the buffer, before it was cut off. */
  public int size(int id) {
    return memory.get(JAVA_INT, at(id) + 8);
  }

  /** The payload of the datagram in the buffer. */
  public MemorySegment payload(int id) {
    return memory.asSlice(at(id) + HEADROOM, length(id));
  }

  /** The size of that payload. */
  public int length(int id) {
    return Math.min(size(id), PAYLOAD);
  }

  /** The sender of the datagram in the buffer. */
  public RawAddress sender(int id) {
    RawAddress address = new RawAddress();
    int nameLength = memory.get(JAVA_INT, at(id));
    if (nameLength > 0) {
      address.readFrom(memory.asSlice(at(id) + HEADER, NAME), nameLength);
    }
    return address;
  }

  /**
   * Fills the {@code msghdr} for sending the datagram in the buffer.
   *
   * @param toSender whether to send it to its sender
   * @param to the destination otherwise; {@code null} for the connected peer
   * @return what to submit, valid until the buffer is given to the kernel again
   */
  public MemorySegment sending(int id, boolean toSender, @Nullable RawAddress to) {
    MemorySegment side = sides.asSlice((long) SIDE * id, SIDE);
    MemorySegment vector = side.asSlice(MESSAGE, VECTOR);
    MemorySegment name = MemorySegment.NULL;
    int nameLength = 0;
    if (toSender) {
      name = memory.asSlice(at(id) + HEADER, NAME);
      nameLength = memory.get(JAVA_INT, at(id));
    } else if (to != null) {
      name = side.asSlice(MESSAGE + VECTOR, NAME);
      nameLength = to.writeTo(name);
    }
    MemorySegment payload = payload(id);
    vector.set(ADDRESS, 0, payload);
    vector.set(JAVA_LONG, 8, payload.byteSize());
    side.set(ADDRESS, 0, name);
    side.set(JAVA_INT, 8, nameLength);
    side.set(ADDRESS, 16, vector);
    side.set(JAVA_LONG, 24, 1);
    return side;
  }
}
