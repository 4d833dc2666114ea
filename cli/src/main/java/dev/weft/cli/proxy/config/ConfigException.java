package dev.weft.cli.proxy.config;

import java.io.IOException;

/** An error in a configuration file, with its line: {@code proxy.toml:3: …}. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1;

  public ConfigException(String message) {
    super(message);
  }

  /** A file that cannot be read now. */
  public ConfigException(String message, IOException cause) {
    super(message, cause);
  }

  /** Reports whether the same file may be right when it is read again. */
  public boolean isTransient() {
    return getCause() instanceof IOException;
  }
}
