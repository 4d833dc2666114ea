package dev.weft.cli.proxy.settings;

/** An option with a value that does not work, such as a file that cannot be read. */
public final class OptionException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final String option;

  /**
   * @param option with its hyphens, such as {@code --tls-cert}
   */
  public OptionException(String option, String what) {
    super(option + ": " + what);
    this.option = option;
  }

  public String option() {
    return option;
  }
}
