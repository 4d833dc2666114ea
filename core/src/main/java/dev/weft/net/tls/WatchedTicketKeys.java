package dev.weft.net.tls;

import dev.weft.internal.tls.TicketKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** The keys in a file, read again when it has changed, in the order that engines expect. */
final class WatchedTicketKeys implements Supplier<List<TicketKey>> {
  private final FileWatch watch;
  private final Path file;
  private volatile List<TicketKey> newest;

  private WatchedTicketKeys(FileWatch watch, Path file) throws IOException {
    this.watch = watch;
    this.file = file;
    newest = read();
  }

  static WatchedTicketKeys open(Path file, long interval) throws IOException {
    return new WatchedTicketKeys(new FileWatch("set of ticket keys", interval, file), file);
  }

  private List<TicketKey> read() throws IOException {
    TicketKeys keys = TicketKeyFile.read(file);
    return List.of(keys.current(), keys.next(), keys.previous());
  }

  @Override
  public List<TicketKey> get() {
    watch.look(() -> newest = read());
    return newest;
  }
}
