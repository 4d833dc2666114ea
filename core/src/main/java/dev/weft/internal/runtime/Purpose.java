package dev.weft.internal.runtime;

/** What the process's runtime is for, which has to be said before it starts. */
public final class Purpose {
  private static boolean ownApi = true;

  private Purpose() {}

  /**
   * The runtime will only run threads that use the JDK's API, so the classes behind Weft's own need
   * not be ready. The calling thread must be the one that then starts the runtime.
   */
  public static void jdkApiOnly() {
    ownApi = false;
  }

  static boolean includesOwnApi() {
    return ownApi;
  }
}
