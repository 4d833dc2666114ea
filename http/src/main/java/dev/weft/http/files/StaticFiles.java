package dev.weft.http.files;

import dev.weft.http.AcceptEncoding;
import dev.weft.http.Handler;
import dev.weft.http.HttpException;
import dev.weft.http.MediaTypes;
import dev.weft.http.Request;
import dev.weft.http.Response;
import dev.weft.http.internal.wire.HttpDate;
import dev.weft.io.FileHandle;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Serves the files of a folder.
 *
 * <pre>{@code
 * Router.builder().get("/assets/{path...}", StaticFiles.of(Path.of("assets"))).build();
 * }</pre>
 *
 * <p>The file is the one that the wildcard {@code path} of the route names, or without a {@link
 * dev.weft.http.Router} the request's path. Conditional requests and ranges, also several, are
 * answered as RFC 9110 has it. When the client takes gzip and {@code NAME.gz} is there beside the
 * file, that is sent. A folder is answered with its {@code index.html}, else, if {@link
 * #withListing} was called, with a list, else with 404.
 *
 * <p>Nothing outside of the folder is served, whatever dot segments, encodings or symbolic links a
 * path has; nor is anything whose name begins with a dot.
 *
 * <p>Immutable, and safe for use by any number of threads.
 */
public final class StaticFiles implements Handler {
  private static final String WILDCARD = "path";
  private static final String INDEX = "index.html";

  private final Path root;
  private final boolean listing;
  private final @Nullable String cacheControl;

  private StaticFiles(Path root, boolean listing, @Nullable String cacheControl) {
    this.root = root;
    this.listing = listing;
    this.cacheControl = cacheControl;
  }

  /**
   * @throws IOException when there is no such folder
   */
  public static StaticFiles of(Path folder) throws IOException {
    Path real = folder.toRealPath();
    if (!Files.isDirectory(real)) {
      throw new NoSuchFileException(folder.toString(), null, "not a folder");
    }
    return new StaticFiles(real, false, null);
  }

  /** The same, with lists of what is in folders that have no index. */
  public StaticFiles withListing() {
    return new StaticFiles(root, true, cacheControl);
  }

  /** The same, with a Cache-Control field, such as {@code public, max-age=3600}. */
  public StaticFiles withCacheControl(String value) {
    return new StaticFiles(root, listing, value);
  }

  @Override
  public void handle(Request request, Response response) throws Exception {
    if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
      response.status(405).header("Allow", "GET, HEAD").send("405 Method Not Allowed\n");
      return;
    }
    String wildcard = request.pathValue(WILDCARD);
    String path = wildcard == null ? request.path().substring(1) : wildcard;
    Path file = resolve(path);
    if (!Files.isDirectory(file)) {
      if (path.endsWith("/")) {
        throw notFound();
      }
      sendFile(request, response, file);
      return;
    }
    if (!request.rawPath().endsWith("/")) {
      String query = request.rawQuery();
      response.redirect(301, request.rawPath() + "/" + (query == null ? "" : "?" + query));
      return;
    }
    Path index = file.resolve(INDEX);
    if (Files.isRegularFile(index)) {
      sendFile(request, response, resolve(path + INDEX));
    } else if (listing) {
      response.type("text/html; charset=utf-8");
      response.send(Listing.page(request.path(), file, !path.isEmpty()));
    } else {
      throw notFound();
    }
  }

  private static HttpException notFound() {
    return new HttpException(404, "404 Not Found");
  }

  /** The file that the path names, with all links followed; within the root, or it is not found. */
  private Path resolve(String path) throws HttpException {
    try {
      Path file = root;
      String[] names = path.split("/", -1);
      for (int i = 0; i < names.length; i++) {
        String name = names[i];
        if (name.isEmpty() && i == names.length - 1) {
          break;
        }
        // Each segment is one plain name, so the path cannot leave the root or name hidden files.
        if (name.isEmpty() || name.startsWith(".") || name.indexOf('\\') >= 0) {
          throw notFound();
        }
        Path next = file.resolve(name);
        if (!file.equals(next.getParent())) {
          throw notFound();
        }
        file = next;
      }
      Path real = file.toRealPath();
      if (!real.startsWith(root)) {
        throw notFound();
      }
      return real;
    } catch (InvalidPathException | IOException e) {
      throw notFound();
    }
  }

  private void sendFile(Request request, Response response, Path file) throws IOException {
    boolean compressible = !file.getFileName().toString().endsWith(".gz");
    Path compressed = compressible ? compressed(file) : null;
    if (compressed != null) {
      response.headers().add("Vary", "Accept-Encoding");
      if (AcceptEncoding.allows(request.headers(), "gzip")) {
        response.header("Content-Encoding", "gzip");
      } else {
        compressed = null;
      }
    }
    try (FileHandle open = open(compressed == null ? file : compressed)) {
      BasicFileAttributes attributes = open.stat();
      if (!attributes.isRegularFile()) {
        response.headers().clear();
        throw notFound();
      }
      response.type(MediaTypes.of(file.getFileName().toString()));
      response.header("X-Content-Type-Options", "nosniff").header("Accept-Ranges", "bytes");
      if (cacheControl != null) {
        response.header("Cache-Control", cacheControl);
      }
      send(request, response, open, attributes);
    }
  }

  private @Nullable Path compressed(Path file) {
    Path beside = file.resolveSibling(file.getFileName() + ".gz");
    return Files.isRegularFile(beside, LinkOption.NOFOLLOW_LINKS) ? beside : null;
  }

  private static FileHandle open(Path file) throws IOException {
    try {
      return FileHandle.open(file);
    } catch (FileSystemException e) {
      throw notFound();
    }
  }

  private static void send(
      Request request, Response response, FileHandle file, BasicFileAttributes attributes)
      throws IOException {
    long size = attributes.size();
    Instant modified = attributes.lastModifiedTime().toInstant();
    String tag =
        "\""
            + Long.toHexString(size)
            + "-"
            + Long.toHexString(modified.getEpochSecond())
            + "-"
            + Integer.toHexString(modified.getNano())
            + "\"";
    Instant second = modified.truncatedTo(ChronoUnit.SECONDS);
    response.header("ETag", tag).header("Last-Modified", HttpDate.format(second));
    Preconditions conditions = new Preconditions(request.headers(), tag, second);
    int status = conditions.evaluate();
    if (status != 200) {
      response.headers().remove("Content-Type").remove("Content-Encoding");
      response.status(status).send();
      return;
    }
    String field = request.header("Range");
    List<ByteRange> ranges =
        field == null || !request.method().equals("GET") || !conditions.rangeHolds()
            ? null
            : ByteRange.parse(field, size);
    FileBody body = new FileBody(file, response, request.method().equals("HEAD"));
    if (ranges == null) {
      body.send(new ByteRange(0, size));
    } else if (ranges.isEmpty()) {
      response.headers().remove("Content-Type").remove("Content-Encoding");
      response.status(416).header("Content-Range", "bytes */" + size).send();
    } else {
      response.status(206);
      body.sendParts(ranges, size);
    }
  }

  @Override
  public String toString() {
    return "files of " + root;
  }
}
