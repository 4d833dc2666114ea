package dev.weft.debug.internal.page;

import java.util.ArrayList;
import java.util.List;

/** The command that this process was started with. */
final class CommandLine {
  private CommandLine() {}

  /**
   * The program and its arguments, as far as the system shows them; without options from the
   * environment.
   */
  static List<String> words() {
    ProcessHandle.Info info = ProcessHandle.current().info();
    List<String> words = new ArrayList<>();
    words.add(info.command().orElse("java"));
    words.addAll(List.of(info.arguments().orElse(new String[0])));
    return words;
  }
}
