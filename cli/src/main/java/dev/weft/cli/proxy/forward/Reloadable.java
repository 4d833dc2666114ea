package dev.weft.cli.proxy.forward;

import dev.weft.cli.proxy.settings.Settings;
import java.io.IOException;

/** Takes new settings while it runs. */
public interface Reloadable {
  /**
   * Replaces the settings for the connections to come.
   *
   * @throws IOException when a new listener cannot be opened; nothing has changed then
   * @throws IllegalArgumentException when a file that the settings name does not work, likewise
   */
  void reload(Settings settings) throws IOException;
}
