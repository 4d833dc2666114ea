package dev.weft.internal.sys;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileCallsTest {
  @ParameterizedTest
  @CsvSource({
    "5.9.0-rc1,          true",
    "5.9,                true",
    "5.10.0-30-amd64,    true",
    "5.10.209,           true",
    "5.8.18,             false",
    "5.11.0,             false",
    "5.90.1,             false",
    "5.100.1,            false",
    "4.5.10,             false",
    "15.10.1,            false",
    "6.5.9-10-generic,   false",
    "'',                 false",
  })
  void theKernelsWhoseCachedReadsEndTooEarly(String release, boolean early) {
    assertThat(FileCalls.endsEarly(release)).isEqualTo(early);
  }

  @Test
  void thereAnEndIsAskedForAgain() {
    assertThat(FileCalls.believed(0, true)).isEqualTo(-Errno.EAGAIN);
    assertThat(FileCalls.believed(0, false)).isZero();
    assertThat(FileCalls.believed(4_096, true)).isEqualTo(4_096);
    assertThat(FileCalls.believed(-Errno.EIO, true)).isEqualTo(-Errno.EIO);
  }
}
