package dev.weft.net.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.weft.internal.tls.TicketKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * {@link TicketKeys} in a file. A line for each key: {@code current}, {@code next} or {@code
 * previous}, and the key in Base64 (its name, then the keys for HMAC and AES; 48 bytes). Lines that
 * begin with # and empty ones mean nothing.
 *
 * <p>The file is for its owner alone (mode 0600): one that others may read or write is refused. A
 * file is replaced as a whole, so no reader sees half of it, and the new one has the owner of the
 * old. All methods may block on the file system.
 */
public final class TicketKeyFile {
  private static final Set<PosixFilePermission> OWNERS =
      PosixFilePermissions.fromString("rw-------");
  private static final int KEY = 3 * TicketKey.PART;

  private TicketKeyFile() {}

  /**
   * Writes new keys into a new file.
   *
   * @throws FileAlreadyExistsException when the file is there: its keys may be in use
   */
  public static TicketKeys create(Path file) throws IOException {
    TicketKeys keys = TicketKeys.generate();
    write(file, keys);
    return keys;
  }

  /**
   * Replaces the keys in a file by the {@linkplain TicketKeys#rotate next ones}. Leave the servers
   * time to notice before the next rotation: they look once a second.
   */
  public static TicketKeys rotate(Path file) throws IOException {
    TicketKeys keys = read(file).rotate();
    Path fresh = Files.createTempDirectory(directory(file), ".weft-keys").resolve("keys");
    try {
      write(fresh, keys);
      giveTo(Files.getOwner(file), fresh);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
      Files.delete(fresh.getParent());
    }
    return keys;
  }

  private static Path directory(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }

  private static void giveTo(UserPrincipal owner, Path file) throws IOException {
    if (!Files.getOwner(file).equals(owner)) {
      Files.setOwner(file, owner);
    }
  }

  private static void write(Path file, TicketKeys keys) throws IOException {
    String text =
        "# Keys of TLS session tickets. Replace this file as a whole: weft tls-keys rotate\n"
            + line("current", keys.current())
            + line("next", keys.next())
            + line("previous", keys.previous());
    FileAttribute<?>[] attributes =
        isPosix(file)
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNERS)}
            : new FileAttribute<?>[0];
    try (FileChannel channel = FileChannel.open(file, EnumSet.of(CREATE_NEW, WRITE), attributes)) {
      for (ByteBuffer bytes = UTF_8.encode(text); bytes.hasRemaining(); ) {
        channel.write(bytes);
      }
      // Before the file gets its name: a crash leaves the old keys or the new ones.
      channel.force(true);
    }
  }

  private static boolean isPosix(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  private static String line(String role, TicketKey key) {
    ByteBuffer bytes = ByteBuffer.allocate(KEY).put(key.name()).put(key.hmac()).put(key.aes());
    return role + " " + Base64.getEncoder().encodeToString(bytes.array()) + "\n";
  }

  /**
   * Reads the keys.
   *
   * @throws IOException when the file cannot be read, holds something else, or users other than its
   *     owner have access to it; the message names it
   */
  public static TicketKeys read(Path file) throws IOException {
    requirePrivate(file);
    Map<String, TicketKey> keys = new HashMap<>();
    int number = 0;
    for (String line : Files.readAllLines(file)) {
      number++;
      if (!line.isBlank() && !line.startsWith("#")) {
        String[] words = line.strip().split("\\s+", -1);
        if (words.length != 2 || keys.put(words[0], key(words[1], file, number)) != null) {
          throw new IOException(file + ":" + number + ": not a role and a key, or a second one");
        }
      }
    }
    TicketKey current = keys.get("current");
    TicketKey next = keys.get("next");
    TicketKey previous = keys.get("previous");
    if (current == null || next == null || previous == null || keys.size() > 3) {
      throw new IOException(
          file + ": it has to have a current, a next and a previous key, and no other one");
    }
    return new TicketKeys(current, next, previous);
  }

  private static TicketKey key(String base64, Path file, int line) throws IOException {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      // Without the cause, which quotes the key.
      throw new IOException(file + ":" + line + ": the key is not in Base64");
    }
    if (bytes.length != KEY) {
      throw new IOException(
          file + ":" + line + ": a key has " + KEY + " bytes, not " + bytes.length);
    }
    return new TicketKey(
        Arrays.copyOfRange(bytes, 0, TicketKey.PART),
        Arrays.copyOfRange(bytes, TicketKey.PART, 2 * TicketKey.PART),
        Arrays.copyOfRange(bytes, 2 * TicketKey.PART, KEY));
  }

  private static void requirePrivate(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view == null) {
      return;
    }
    Set<PosixFilePermission> permissions = view.readAttributes().permissions();
    if (!OWNERS.containsAll(permissions)) {
      throw new IOException(
          file
              + ": users other than its owner have access ("
              + PosixFilePermissions.toString(permissions)
              + "): chmod 600, and make new keys if they may have been read");
    }
  }
}
