package dev.weft.internal.runtime;

/** Whether the program uses Weft's own API, which is set before the runtime starts. */
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
