package dev.weft.agent.programs;

import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import javax.management.ObjectName;
import jdk.management.VirtualThreadSchedulerMXBean;

/** Asks the JDK's management interfaces about the scheduler of virtual threads. */
public final class Managed {
  private static volatile boolean stop;

  public static void main(String[] args) throws Exception {
    var bean = ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
    System.out.println("parallelism: " + bean.getParallelism());

    var mounted = new CountDownLatch(1);
    Thread hog =
        Thread.startVirtualThread(() -> {
          mounted.countDown();
          while (!stop) {
            Thread.onSpinWait();
          }
        });
    mounted.await();
    System.out.println("mounted: " + (bean.getMountedVirtualThreadCount() > 0));
    System.out.println("threads: " + (bean.getPoolSize() > 0));
    System.out.println("queued: " + (bean.getQueuedVirtualThreadCount() >= 0));
    stop = true;
    hog.join();

    bean.setParallelism(bean.getParallelism());
    try {
      bean.setParallelism(1);
    } catch (UnsupportedOperationException e) {
      System.out.println(e.getMessage());
    }
    var server = ManagementFactory.getPlatformMBeanServer();
    var name = new ObjectName("jdk.management:type=VirtualThreadScheduler");
    System.out.println("attribute: " + server.getAttribute(name, "Parallelism"));
    var proxy =
        ManagementFactory.newPlatformMXBeanProxy(
            server, name.toString(), VirtualThreadSchedulerMXBean.class);
    System.out.println("proxy: " + proxy.getParallelism());

    var commands = new ObjectName("com.sun.management:type=DiagnosticCommand");
    System.out.println(
        server.invoke(commands, "threadVthreadScheduler", new Object[0], new String[0]));
  }
}
