package dev.weft.agent.programs;

/** Says before and after the agent is attached on which carrier new virtual threads run. */
public final class AttachTarget {
  public static void main(String[] args) throws Exception {
    report();
    System.in.read(); // until the test has attached the agent
    report();
  }

  private static void report() throws InterruptedException {
    Thread.startVirtualThread(() -> System.out.println(Thread.currentThread())).join();
  }
}
