package dev.weft.cli.proxy;

import dev.weft.Weft;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Gives a proxy the settings of its configuration file again, when the file has changed and when it
 * is told to. A file that is wrong changes nothing; the log says what is wrong, and where.
 *
 * <p>A file has changed when it looks other than the one that was read last, and looks the same in
 * two turns: so one that is being written is left alone. Looking works the same for a file that is
 * replaced, or behind a symbolic link that is, which file notifications would not tell.
 */
public final class Reloading implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.weft.cli");
  private static final Duration TURN = Duration.ofMillis(500);

  private final Path file;
  private final TcpProxy proxy;
  private final Thread thread;
  private @Nullable FileLook read;

  /** A file that the proxy already has the settings of. */
  public Reloading(Path file, TcpProxy proxy) {
    this.file = file;
    this.proxy = proxy;
    read = FileLook.of(file);
    thread = Weft.go("proxy configuration", this::watch);
  }

  /**
   * The settings that a file has, for the start of a proxy.
   *
   * @throws ConfigException when it cannot be read or says what cannot be
   */
  public static Settings read(Path file) throws ConfigException {
    return ConfigFile.read(file).settings();
  }

  private void watch() {
    try {
      FileLook before = FileLook.of(file);
      while (true) {
        Weft.sleep(TURN);
        FileLook now = FileLook.of(file);
        if (now != null && now.equals(before) && !now.equals(lastRead())) {
          reload();
        }
        before = now;
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  private synchronized @Nullable FileLook lastRead() {
    return read;
  }

  /** Reads the file and applies it, or says why not. */
  synchronized void reload() {
    read = FileLook.of(file); // before it is read: a change meanwhile is seen in the next turn
    try {
      ConfigFile.Contents contents = ConfigFile.read(file);
      apply(contents);
      LOG.log(Level.INFO, "configuration " + file + " reloaded: " + proxy);
    } catch (ConfigException e) {
      LOG.log(Level.ERROR, "configuration not reloaded, nothing has changed: " + e.getMessage());
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
    thread.interrupt();
  }
}
