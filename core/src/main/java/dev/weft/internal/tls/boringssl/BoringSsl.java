package dev.weft.internal.tls.boringssl;

import dev.weft.internal.tls.TlsEngines;
import dev.weft.internal.tls.TlsSettings;
import io.netty.handler.ssl.OpenSsl;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Reports whether BoringSSL is available, and creates its engines. */
public final class BoringSsl {
  private static final Logger LOG = System.getLogger("dev.weft.net.tls");

  private BoringSsl() {}

  /** Whether it is there is found out once, when first asked for. */
  private static final class Found {
    static final boolean IS_AVAILABLE = look();

    private static boolean look() {
      if (!isOnPath("io.netty.internal.tcnative.SSL")
          || !isOnPath("io.netty.handler.ssl.OpenSsl")) {
        return false;
      }
      try {
        if (OpenSsl.isAvailable() && "BoringSSL".equals(OpenSsl.versionString())) {
          return true;
        }
        LOG.log(
            Level.WARNING,
            "netty-tcnative is on the path, but does not bring BoringSSL for this platform",
            OpenSsl.unavailabilityCause());
      } catch (LinkageError e) {
        LOG.log(Level.WARNING, "netty-handler does not fit Weft or netty-tcnative", e);
      }
      return false;
    }
  }

  private static boolean isOnPath(String className) {
    try {
      Class.forName(className, false, BoringSsl.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  public static boolean isAvailable() {
    return Found.IS_AVAILABLE;
  }

  /**
   * Reports whether BoringSSL, with netty's names for the types of keys, serves certificates with
   * such a key.
   */
  public static boolean serves(String keyAlgorithm) {
    return keyAlgorithm.equals("EC") || keyAlgorithm.equals("RSA");
  }

  /**
   * @throws IllegalArgumentException when BoringSSL does not have one of the protocols or cipher
   *     suites
   */
  public static TlsEngines engines(TlsSettings settings) {
    return new BoringEngines(settings);
  }
}
