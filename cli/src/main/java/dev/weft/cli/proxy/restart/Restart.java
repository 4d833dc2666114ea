package dev.weft.cli.proxy.restart;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.Weft;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Starts this program again, as it was started, to take over from this process. */
public final class Restart {
  private static final System.Logger LOG = System.getLogger("dev.weft.cli");
  private static final String OPTION = "--takeover";

  private final String socket;
  private @Nullable Process started;

  /**
   * @param socket where this process hands over its listeners
   */
  public Restart(String socket) {
    this.socket = socket;
  }

  /** Starts the new process, unless one that was started before is still on its way. */
  public synchronized void run() {
    if (started != null && started.isAlive()) {
      return;
    }
    try {
      Process process = new ProcessBuilder(command()).inheritIO().start();
      started = process;
      LOG.log(Level.INFO, "restarting as process " + process.pid());
      Weft.go("proxy restart", () -> reportEnd(process));
    } catch (IOException e) {
      LOG.log(Level.ERROR, "the new process does not start, this one continues", e);
    }
  }

  /** While this process lives, the new one is not to end: it has failed, or was stopped. */
  private static void reportEnd(Process process) throws InterruptedException {
    int status = process.waitFor();
    LOG.log(Level.ERROR, "the new process " + process.pid() + " ended with " + status);
  }

  /** From the kernel: {@link ProcessHandle.Info} has no more than the first 4 KiB. */
  private List<String> command() throws IOException {
    String all = Files.readString(Path.of("/proc/self/cmdline"), UTF_8);
    List<String> command = new ArrayList<>(List.of(all.split("\0", -1)));
    command.removeLast(); // behind the last \0
    ProcessHandle.current().info().command().ifPresent(java -> command.set(0, java));
    if (command.stream().noneMatch(each -> each.startsWith(OPTION))) {
      command.add(OPTION + "=" + socket);
    }
    return command;
  }
}
