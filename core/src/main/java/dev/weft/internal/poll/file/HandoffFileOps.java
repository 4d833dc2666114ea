package dev.weft.internal.poll.file;

import dev.weft.internal.poll.KernelPipe;
import dev.weft.internal.sched.Scheduler;
import dev.weft.internal.sys.DescriptorCalls;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.FileCalls;
import dev.weft.internal.sys.PipeCalls;
import java.lang.foreign.MemorySegment;
import java.util.function.IntSupplier;

/** File operations that hand the processor off and block the thread. */
public final class HandoffFileOps implements BlockingFileOps {
  private final Scheduler scheduler;

  public HandoffFileOps(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  @Override
  public int open(String path, int flags, int mode) {
    return scheduler.blocking(() -> FileCalls.open(path, flags, mode));
  }

  @Override
  public int read(int fd, MemorySegment memory, long offset, int length, long position) {
    return scheduler.blocking(
        () -> again(() -> FileCalls.read(fd, memory, offset, length, position)));
  }

  @Override
  public int write(int fd, MemorySegment memory, long offset, int length, long position) {
    return scheduler.blocking(
        () -> again(() -> FileCalls.write(fd, memory, offset, length, position)));
  }

  /** Repeats a call that a signal has interrupted. */
  private static int again(IntSupplier call) {
    int n;
    do {
      n = call.getAsInt();
    } while (n == -Errno.EINTR);
    return n;
  }

  @Override
  public int send(int fd, int socket, long position, int length) {
    return scheduler.blocking(() -> PipeCalls.sendFile(socket, fd, position, length));
  }

  @Override
  public int drain(int fd, KernelPipe pipe, long position) {
    return scheduler.blocking(() -> pipe.moveToFile(fd, position));
  }

  @Override
  public void begin(int fd, Transfer transfer) {
    transfer.continueInGoroutine();
  }

  @Override
  public int sync(int fd, boolean metadata) {
    return scheduler.blocking(() -> FileCalls.sync(fd, metadata));
  }

  @Override
  public int truncate(int fd, long size) {
    return scheduler.blocking(() -> FileCalls.truncate(fd, size));
  }

  @Override
  public int close(int fd) {
    return scheduler.blocking(() -> DescriptorCalls.close(fd));
  }
}
