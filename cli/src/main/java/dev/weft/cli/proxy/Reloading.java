package dev.weft.cli.proxy;

import dev.weft.Weft;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
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
  private @Nullable Look read;

  /** What a file looks like from outside. */
  private record Look(FileTime modified, long size, @Nullable Object key) {}

  /** A file that the proxy already has the settings of. */
  public Reloading(Path file, TcpProxy proxy) {
    this.file = file;
    this.proxy = proxy;
    read = look(file);
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

  private static @Nullable Look look(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new Look(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
    } catch (IOException e) {
      return null; // there is none at the moment
    }
  }

  private void watch() {
    try {
      Look before = look(file);
      while (true) {
        Weft.sleep(TURN);
        Look now = look(file);
        if (now != null && now.equals(before) && !now.equals(lastRead())) {
          reload();
        }
        before = now;
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  private synchronized @Nullable Look lastRead() {
    return read;
  }

  /** Reads the file and applies it, or says why not. */
  synchronized void reload() {
    read = look(file); // before it is read: a change meanwhile is seen in the next turn
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
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigException(file + ":" + contents.listenLine() + ": " + e.getMessage());
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
