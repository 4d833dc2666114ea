package dev.weft.cli.proxy.forward;

import dev.weft.Weft;
import dev.weft.cli.proxy.settings.Admission;
import dev.weft.net.Listener;
import dev.weft.net.Passable;
import dev.weft.net.UnixListener;
import dev.weft.net.server.Server;
import java.io.IOException;

/** One address that connections are accepted on, and the goroutine that accepts them. */
final class Front {
  final String address;
  final Admission admission;

  private final Listener listener;
  private final Listener limited;
  private Thread accepting = new Thread(() -> {});

  Front(String address, Admission admission, Listener listener) {
    this.address = address;
    this.admission = admission;
    this.listener = listener;
    limited = admission.on(listener);
  }

  /** A front with other limits on the same socket; its limits count the connections that come. */
  Front with(Admission other) throws IOException {
    if (listener instanceof Passable passable) {
      var descriptor = passable.duplicate();
      try {
        return new Front(address, other, descriptor.toListener());
      } catch (Throwable e) {
        descriptor.close();
        throw e;
      }
    }
    throw new IOException(listener + ": its limits cannot change while it is open");
  }

  /**
   * Leaves the file of a Unix socket to a front on the same socket, which removes it at its end.
   */
  void leaveFileTo(Front other) {
    if (listener instanceof UnixListener mine && other.listener instanceof UnixListener theirs) {
      mine.setUnlinkOnClose(false);
      theirs.setUnlinkOnClose(true);
    }
  }

  Listener listener() {
    return listener;
  }

  void start(Server server) {
    accepting = Weft.go("accept " + listener, () -> server.serve(limited));
  }

  /** Stops accepting; each connection that was accepted is known to the server afterwards. */
  void stop() {
    try {
      limited.close();
    } finally {
      awaitAccepting();
    }
  }

  private void awaitAccepting() {
    boolean interrupted = false;
    while (true) {
      try {
        accepting.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
