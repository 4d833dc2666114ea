package dev.weft.internal.sys;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The tests run on the module path; what the class path is told, {@code NativeAccessTest} sees. */
class JvmFlagsTest {
  @Test
  void onTheModulePathAFlagNamesTheModule() {
    assertThat(JvmFlags.forThisModule("--enable-native-access=ALL-UNNAMED"))
        .isEqualTo("--enable-native-access=dev.weft");
  }
}
