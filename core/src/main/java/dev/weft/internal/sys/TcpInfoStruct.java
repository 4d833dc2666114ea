package dev.weft.internal.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A copy of {@code struct tcp_info}. Older kernels have a shorter one; fields that it lacks are 0.
 */
public final class TcpInfoStruct {
  /** Room for the struct of any kernel. */
  static final int BYTES = 256;

  private final MemorySegment memory;

  TcpInfoStruct(MemorySegment from, int length) {
    memory = MemorySegment.ofArray(new long[BYTES / Long.BYTES]);
    MemorySegment.copy(from, 0, memory, 0, Math.min(length, BYTES));
  }

  private int u8(int offset) {
    return memory.get(ValueLayout.JAVA_BYTE, offset) & 0xFF;
  }

  private long u32(int offset) {
    return memory.get(ValueLayout.JAVA_INT, offset) & 0xFFFF_FFFFL;
  }

  private long u64(int offset) {
    return memory.get(ValueLayout.JAVA_LONG, offset);
  }

  /** TCP_ESTABLISHED is 1. */
  public int state() {
    return u8(0);
  }

  public long sendSegmentSize() {
    return u32(16);
  }

  public long unacknowledgedSegments() {
    return u32(24);
  }

  public long lostSegments() {
    return u32(32);
  }

  public long rttMicros() {
    return u32(68);
  }

  public long rttVarianceMicros() {
    return u32(72);
  }

  public long congestionWindow() {
    return u32(80);
  }

  public long totalRetransmits() {
    return u32(100);
  }

  /** Bytes a second; all bits set for no limit. */
  public long pacingRate() {
    return u64(104);
  }

  public long bytesAcknowledged() {
    return u64(120);
  }

  public long bytesReceived() {
    return u64(128);
  }

  public long unsentBytes() {
    return u32(144);
  }

  public long minRttMicros() {
    return u32(148);
  }

  /** Bytes a second. */
  public long deliveryRate() {
    return u64(160);
  }

  public long bytesSent() {
    return u64(200);
  }

  public long bytesRetransmitted() {
    return u64(208);
  }
}
