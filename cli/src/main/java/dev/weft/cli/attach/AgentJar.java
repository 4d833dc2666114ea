package dev.weft.cli.attach;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;

/** The agent's jar, which is on the command's class path. */
final class AgentJar {
  private static final String AGENT = "dev/weft/agent/WeftAgent.class";

  private AgentJar() {}

  static Path find() throws IOException {
    URL agent = ClassLoader.getSystemResource(AGENT);
    if (agent == null || !(agent.openConnection() instanceof JarURLConnection connection)) {
      throw new IOException("weft-agent.jar is not on the class path of this command");
    }
    try {
      return Path.of(connection.getJarFileURL().toURI());
    } catch (URISyntaxException e) {
      throw new IOException("the path of weft-agent.jar cannot be read: " + agent, e);
    }
  }
}
