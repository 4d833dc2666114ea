package dev.weft.cli.proxy.config;

import dev.weft.cli.failure.Failure;
import dev.weft.cli.proxy.settings.Backend;
import dev.weft.cli.proxy.settings.OptionException;
import dev.weft.cli.proxy.settings.Settings;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * Reads the settings of a proxy from a TOML file. Its keys are {@code listen}, {@code targets}, and
 * the names of {@link ProxyOptions}, whose values are read as on the command line.
 */
public final class ConfigFile {
  private static final String LISTEN = "listen";
  private static final String TARGETS = "targets";

  /** Nothing but a comment. */
  private static final Pattern BLANK = Pattern.compile("\\s*(#.*)?");

  private final Path file;
  private final String text;
  private final TomlParseResult toml;

  /**
   * The settings, and where they are, for failures that come later.
   *
   * @param lines of the keys
   */
  public record Contents(Path file, Settings settings, Map<String, Integer> lines) {
    public int line(String key) {
      return lines.getOrDefault(key, 1);
    }

    public ConfigException wrong(OptionException e) {
      return new ConfigException(file + ":" + line(key(e)) + ": " + said(e));
    }
  }

  private static String key(OptionException e) {
    return e.option().substring("--".length());
  }

  /** In the words of the file, which has no hyphens in front of keys. */
  private static String said(Exception e) {
    return String.valueOf(e.getMessage()).replace("--", "");
  }

  private ConfigFile(Path file, String text) {
    this.file = file;
    this.text = text;
    toml = Toml.parse(text);
  }

  /**
   * The settings that the file has now.
   *
   * @throws ConfigException when it cannot be read or says what cannot be
   */
  public static Contents read(Path file) throws ConfigException {
    try {
      return new ConfigFile(file, Files.readString(file)).contents();
    } catch (CharacterCodingException e) {
      throw new ConfigException(file + ": not UTF-8", e);
    } catch (IOException e) {
      throw new ConfigException(Failure.text(e), e);
    }
  }

  private Contents contents() throws ConfigException {
    if (toml.hasErrors()) {
      TomlParseError first = toml.errors().getFirst();
      throw wrong(first.position().line(), String.valueOf(first.getMessage()));
    }
    CommandLine options = new CommandLine(new ProxyOptions());
    Set<String> known = options.getCommandSpec().optionsMap().keySet();
    List<String> arguments = new ArrayList<>();
    for (String key : toml.keySet()) {
      if (!key.equals(LISTEN) && !key.equals(TARGETS)) {
        if (!known.contains("--" + key)) {
          throw wrong(key, "unknown key \"" + key + "\"");
        }
        List<String> argument = argument(options.getCommandSpec(), key);
        parse(key, new CommandLine(new ProxyOptions()), argument);
        arguments.addAll(argument);
      }
    }
    ProxyOptions all = options.getCommand();
    options.parseArgs(arguments.toArray(String[]::new));
    List<String> listen = strings(LISTEN, true);
    List<String> targets = strings(TARGETS, false);
    try {
      Map<String, Integer> lines = new HashMap<>();
      toml.keySet().forEach(key -> lines.put(key, line(key)));
      return new Contents(file, all.settings(listen, targets), lines);
    } catch (OptionException e) {
      throw wrong(key(e), said(e)); // a key that needs another one
    } catch (IllegalArgumentException e) {
      throw new ConfigException(file + ": " + e.getMessage()); // two keys that contradict
    }
  }

  /** A key as an argument of the command line; none for false. */
  private List<String> argument(CommandSpec options, String key) throws ConfigException {
    Object value = toml.get(List.of(key));
    if (value instanceof TomlArray && options.findOption("--" + key).isMultiValue()) {
      return strings(key, false).stream().map(text -> "--" + key + "=" + text).toList();
    }
    return switch (value) {
      case Boolean on -> on ? List.of("--" + key) : List.of();
      case String text -> List.of("--" + key + "=" + text);
      case Long number -> List.of("--" + key + "=" + number);
      case null, default -> throw wrong(key, key + " takes a string, a whole number or a boolean");
    };
  }

  /** Tries one key alone, so that a failure has its line. */
  private void parse(String key, CommandLine options, List<String> argument)
      throws ConfigException {
    try {
      options.parseArgs(argument.toArray(String[]::new));
      ProxyOptions alone = options.getCommand();
      alone.settings(List.of(), List.of());
    } catch (OptionException e) {
      // Whether other keys are there is seen when all have been read.
    } catch (ParameterException | IllegalArgumentException e) {
      String why = String.valueOf(e.getMessage());
      throw wrong(
          key, why.replace("Invalid value for option '--" + key + "'", key).replace("--", ""));
    }
  }

  private List<String> strings(String key, boolean alsoOne) throws ConfigException {
    Object value = toml.get(List.of(key));
    if (alsoOne && value instanceof String text) {
      return List.of(text);
    }
    if (value == null) {
      throw new ConfigException(file + ": " + key + " is missing");
    }
    if (!(value instanceof TomlArray array) || array.isEmpty()) {
      throw wrong(key, key + " takes an array of strings");
    }
    List<String> strings = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      if (!(array.get(i) instanceof String text)) {
        throw wrong(line(array, i), key + " takes an array of strings");
      }
      if (key.equals(TARGETS)) {
        requireTarget(text, line(array, i));
      }
      if (strings.contains(text) && isAddresses(key)) {
        throw wrong(line(array, i), "\"" + text + "\" is there twice");
      }
      strings.add(text);
    }
    return strings;
  }

  private static boolean isAddresses(String key) {
    return key.equals(LISTEN) || key.equals(TARGETS);
  }

  private void requireTarget(String target, int line) throws ConfigException {
    try {
      Backend.parse(target);
    } catch (IllegalArgumentException e) {
      throw wrong(line, String.valueOf(e.getMessage()));
    }
  }

  private int line(String key) {
    TomlPosition where = toml.inputPositionOf(List.of(key));
    return where == null ? 1 : where.line();
  }

  /** An element's line: its position is where the one before it ended. */
  private int line(TomlArray array, int index) {
    TomlPosition behindLast = array.inputPositionOf(index);
    List<String> lines = text.lines().toList();
    int line = behindLast.line();
    String rest = lines.get(line - 1).substring(behindLast.column() - 1);
    while (BLANK.matcher(rest).matches() && line < lines.size()) {
      rest = lines.get(line);
      line++;
    }
    return line;
  }

  private ConfigException wrong(String key, String what) {
    return wrong(line(key), what);
  }

  private ConfigException wrong(int line, String what) {
    return new ConfigException(file + ":" + line + ": " + what);
  }
}
