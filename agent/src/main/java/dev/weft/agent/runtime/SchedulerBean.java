package dev.weft.agent.runtime;

import dev.weft.internal.sched.GmpScheduler;
import dev.weft.internal.track.MachineState;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import javax.management.StandardMBean;
import jdk.management.VirtualThreadSchedulerMXBean;

/**
 * Weft's scheduler as the JDK's management interface describes it. Each figure is read while the
 * scheduler runs, so those of one moment need not fit together.
 *
 * <p>It is an MBean itself. The JDK would wrap another object in one of its own, and then look for
 * the object's class in the boot loader to find out which interface it has; a proxy for the bean
 * needs that answer.
 */
final class SchedulerBean extends StandardMBean implements VirtualThreadSchedulerMXBean {
  private static final String NAME = "jdk.management:type=VirtualThreadScheduler";

  private final GmpScheduler scheduler;

  SchedulerBean(GmpScheduler scheduler) {
    super(VirtualThreadSchedulerMXBean.class, true);
    this.scheduler = scheduler;
  }

  @Override
  public int getParallelism() {
    return scheduler.stats().processors().total();
  }

  /**
   * Fails unless it changes nothing, as when a program sets back what it has read: the number of
   * Weft's processors is fixed when the runtime starts.
   */
  @Override
  public void setParallelism(int size) {
    if (size != getParallelism()) {
      throw new UnsupportedOperationException("the number of processors is fixed at the start");
    }
  }

  @Override
  public int getPoolSize() {
    return scheduler.stats().machines().alive();
  }

  @Override
  public int getMountedVirtualThreadCount() {
    return (int) scheduler.machineStates().stream().filter(MachineState::inGoroutine).count();
  }

  @Override
  public long getQueuedVirtualThreadCount() {
    return scheduler.stats().goroutines().runnable();
  }

  @Override
  public ObjectName getObjectName() {
    try {
      return ObjectName.getInstance(NAME);
    } catch (MalformedObjectNameException e) {
      throw new AssertionError(e);
    }
  }
}
