package dev.weft.internal.sys;

/** What users are told to put on the command line. */
final class JvmFlags {
  private JvmFlags() {}

  /** The flag as it is to be written here: on the module path it names Weft's module. */
  static String forThisModule(String flagForAllUnnamed) {
    Module module = JvmFlags.class.getModule();
    return module.isNamed()
        ? flagForAllUnnamed.replace("ALL-UNNAMED", module.getName())
        : flagForAllUnnamed;
  }
}
