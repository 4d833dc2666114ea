package dev.weft;

/** Prints how the runtime was set up. */
final class InfoProgram {
  private InfoProgram() {}

  public static void main(String[] args) {
    System.out.println("procs=" + Weft.info().procs());
    System.out.println("maxThreads=" + Weft.info().maxThreads());
  }
}
