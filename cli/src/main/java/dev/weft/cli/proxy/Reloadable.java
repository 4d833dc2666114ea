package dev.weft.cli.proxy;

import java.io.IOException;

/** Takes new settings while it runs. */
interface Reloadable {
  /**
   * Replaces the settings for the connections to come.
   *
   * @throws IOException when a new listener cannot be opened; nothing has changed then
   * @throws IllegalArgumentException when a file that the settings name does not work, likewise
   */
  void reload(Settings settings) throws IOException;
}
