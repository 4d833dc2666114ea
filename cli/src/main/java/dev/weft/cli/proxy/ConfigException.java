package dev.weft.cli.proxy;

/** What is wrong with a configuration file, and where: {@code proxy.toml:3: …}. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1;

  ConfigException(String message) {
    super(message);
  }
}
