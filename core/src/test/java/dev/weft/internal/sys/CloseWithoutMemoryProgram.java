package dev.weft.internal.sys;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.IntConsumer;

/** Prints how many bytes of the heap the calls that close a descriptor take on a carrier thread. */
final class CloseWithoutMemoryProgram {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private CloseWithoutMemoryProgram() {}

  public static void main(String[] args) throws Exception {
    CarrierThread carrier =
        new CarrierThread("carrier") {
          @Override
          public void run() {
            allocated(fd -> {}); // the first measurement takes memory itself
            System.out.println("close=" + allocated(DescriptorCalls::close));
            System.out.println("setPair=" + allocated(fd -> OptionCalls.setPair(fd, 0, 0, 0)));
          }
        };
    carrier.start();
    carrier.join();
  }

  private static long allocated(IntConsumer call) {
    call.accept(-1);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 1000; i++) {
      call.accept(-1);
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
