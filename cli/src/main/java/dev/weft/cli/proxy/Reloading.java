package dev.weft.cli.proxy;

import dev.weft.cli.proxy.config.ConfigException;
import dev.weft.cli.proxy.config.ConfigFile;
import dev.weft.cli.proxy.forward.Reloadable;
import dev.weft.cli.proxy.forward.TcpProxy;
import dev.weft.cli.proxy.periodic.FileLook;
import dev.weft.cli.proxy.periodic.Repeating;
import dev.weft.cli.proxy.settings.OptionException;
import dev.weft.cli.proxy.settings.Settings;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Gives a proxy the settings of its configuration file again, when the file has changed and when it
 * is told to. A file that is wrong changes nothing; the log says what is wrong, and where. One that
 * cannot be read, or not applied for lack of memory, is tried again in the next turn.
 *
 * <p>A file has changed when it looks other than the one that was read last, and looks the same in
 * two turns: so one that is being written is left alone. Looking works the same for a file that is
 * replaced, or behind a symbolic link that is, which file notifications would not tell.
 */
public final class Reloading implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.weft.cli");
  private static final Duration TURN = Duration.ofMillis(500);

  /** Reads the file: {@link ConfigFile#read}. */
  @FunctionalInterface
  interface Source {
    ConfigFile.Contents read(Path file) throws ConfigException;
  }

  private final Path file;
  private final Source source;
  private final Reloadable proxy;
  private final Repeating turns;

  /** The look of the file in the turn before; used by the turns alone. */
  private @Nullable FileLook before;

  /** The look of the file when it was read last; null when it is to be read again. */
  private @Nullable FileLook read;

  private @Nullable String failure;

  /** A file that the proxy already has the settings of. */
  public Reloading(Path file, TcpProxy proxy) {
    this(file, ConfigFile::read, proxy);
  }

  Reloading(Path file, Source source, Reloadable proxy) {
    this.file = file;
    this.source = source;
    this.proxy = proxy;
    read = FileLook.of(file);
    turns = new Repeating("proxy configuration", () -> TURN, this::look);
  }

  /**
   * The settings that a file has, for the start of a proxy.
   *
   * @throws ConfigException when it cannot be read or says what cannot be
   */
  public static Settings read(Path file) throws ConfigException {
    return ConfigFile.read(file).settings();
  }

  private void look() {
    FileLook now = FileLook.of(file);
    boolean isStill = now != null && now.equals(before);
    before = now;
    if (isStill && !Objects.equals(now, lastRead())) {
      reload();
    }
  }

  private synchronized @Nullable FileLook lastRead() {
    return read;
  }

  /** Reads the file and applies it, or says why not. */
  synchronized void reload() {
    read = FileLook.of(file); // before it is read: a change meanwhile is seen in the next turn
    try {
      ConfigFile.Contents contents = source.read(file);
      apply(contents);
      failure = null;
      LOG.log(Level.INFO, "configuration " + file + " reloaded: " + proxy);
    } catch (ConfigException e) {
      read = e.isTransient() ? null : read;
      if (!Objects.equals(e.getMessage(), failure)) { // a file that stays unreadable is logged once
        LOG.log(Level.ERROR, "configuration not reloaded, nothing has changed: " + e.getMessage());
      }
      failure = e.isTransient() ? e.getMessage() : null;
    } catch (Error e) {
      read = null;
      throw e;
    }
  }

  private void apply(ConfigFile.Contents contents) throws ConfigException {
    try {
      proxy.reload(contents.settings());
    } catch (OptionException e) {
      throw contents.wrong(e);
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigException(file + ":" + contents.line("listen") + ": " + e.getMessage());
    }
  }

  @Override
  public void close() {
    turns.close();
  }
}
