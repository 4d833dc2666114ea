package dev.weft.internal.sys;

/** The JVM flags that messages recommend. */
final class JvmFlags {
  private JvmFlags() {}

  /** Returns the flag for this process: on the module path it names Weft's module. */
  static String forThisModule(String flagForAllUnnamed) {
    Module module = JvmFlags.class.getModule();
    return module.isNamed()
        ? flagForAllUnnamed.replace("ALL-UNNAMED", module.getName())
        : flagForAllUnnamed;
  }
}
