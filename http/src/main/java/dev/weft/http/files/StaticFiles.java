package dev.weft.http.files;

import dev.weft.http.Handler;
import dev.weft.http.HttpException;
import dev.weft.http.Request;
import dev.weft.http.Response;
import dev.weft.io.Root;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
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
 * path has; nor is anything whose name begins with a dot. Symbolic links that lead to a file in the
 * folder are followed. A folder that is replaced by a link while it is looked up, or while a file
 * in it is opened, leads nowhere ({@link Root}).
 *
 * <p><b>Open files.</b> The files asked for most recently stay open, 256 unless {@link
 * #withOpenFiles} says otherwise, and each is closed when no request has used it for ten seconds.
 * On Linux, a file that is written to, replaced, renamed or deleted is noticed by the next request.
 * Other changes, such as a link or a folder above that leads elsewhere, or a compressed variant
 * that is added, are noticed within a second. A response that has begun when the file is replaced
 * or deleted still gets all of the old file. If it is cut short meanwhile, the connection is
 * closed; if it grows, the response ends where the file ended before.
 *
 * <p>Immutable, and safe for use by any number of threads.
 */
public final class StaticFiles implements Handler {
  private static final String WILDCARD = "path";
  private static final String INDEX = "index.html";
  private static final int OPEN_FILES = 256;

  private final Folder folder;
  private final FileCache cache;
  private final boolean listing;
  private final FileResponder responder;

  private StaticFiles(Folder folder, FileCache cache, boolean listing, FileResponder responder) {
    this.folder = folder;
    this.cache = cache;
    this.listing = listing;
    this.responder = responder;
  }

  /**
   * @throws IOException when there is no such folder
   */
  public static StaticFiles of(Path folder) throws IOException {
    return new StaticFiles(
        new Folder(Root.of(folder)), new FileCache(OPEN_FILES), false, new FileResponder(null));
  }

  /** The same, with lists of what is in folders that have no index. */
  public StaticFiles withListing() {
    return new StaticFiles(folder, cache, true, responder);
  }

  /** The same, with a Cache-Control field, such as {@code public, max-age=3600}. */
  public StaticFiles withCacheControl(String value) {
    return new StaticFiles(folder, cache, listing, new FileResponder(value));
  }

  /**
   * The same, with another number of files that stay open. A file with a compressed variant counts
   * as one and takes two descriptors.
   *
   * @param count 0 opens the file for each request
   */
  public StaticFiles withOpenFiles(int count) {
    if (count < 0) {
      throw new IllegalArgumentException("a number below zero: " + count);
    }
    return new StaticFiles(folder, new FileCache(count), listing, responder);
  }

  @Override
  public void handle(Request request, Response response) throws Exception {
    if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
      response.status(405).header("Allow", "GET, HEAD").send("405 Method Not Allowed\n");
      return;
    }
    String wildcard = request.pathValue(WILDCARD);
    String path = wildcard == null ? request.path().substring(1) : wildcard;
    boolean asFolder = request.rawPath().endsWith("/");
    // A folder's index is cached by the folder's path, which without the slash is redirected.
    ServedFile file = asFolder == isFolder(path) ? cache.take(path) : null;
    if (file == null) {
      file = lookUp(request, response, path, asFolder);
    }
    if (file != null) {
      try {
        responder.respond(request, response, file);
      } finally {
        file.release();
      }
    }
  }

  private static boolean isFolder(String path) {
    return path.isEmpty() || path.endsWith("/");
  }

  /**
   * Opens the file that the path names, or responds with what a folder is answered with.
   *
   * @return the file, with a reference for the caller; null when it has responded
   */
  private @Nullable ServedFile lookUp(
      Request request, Response response, String path, boolean asFolder) throws IOException {
    Path found;
    BasicFileAttributes attributes;
    try {
      found = folder.resolve(path);
      attributes = Files.readAttributes(found, BasicFileAttributes.class);
    } catch (FileSystemException e) {
      throw notFound(path);
    }
    if (!attributes.isDirectory()) {
      // Opening a named pipe would wait for a writer.
      if (isFolder(path) || !attributes.isRegularFile()) {
        throw notFound(path);
      }
      return open(path, found);
    }
    if (!asFolder) {
      String query = request.rawQuery();
      response.redirect(301, request.rawPath() + "/" + (query == null ? "" : "?" + query));
      return null;
    }
    if (Files.isRegularFile(found.resolve(INDEX))) {
      return open(path, index(path));
    }
    if (!listing) {
      throw notFound(path);
    }
    String page;
    try (DirectoryStream<Path> entries = folder.list(found)) {
      page = Listing.page(request.path(), entries, !path.isEmpty());
    } catch (NoSuchFileException | AccessDeniedException e) {
      throw notFound(path);
    }
    cache.remove(path);
    response.type("text/html; charset=utf-8").send(page);
    return null;
  }

  /** Returns the index of a folder, which may be a link that leads out. */
  private Path index(String path) throws IOException {
    try {
      return folder.resolve(path + INDEX);
    } catch (FileSystemException e) {
      throw notFound(path);
    }
  }

  private HttpException notFound(String path) {
    cache.remove(path);
    return new HttpException(404, "404 Not Found");
  }

  private ServedFile open(String path, Path found) throws IOException {
    try {
      ServedFile file = openOrMakeRoom(found);
      try {
        cache.put(path, file);
      } catch (Throwable e) {
        file.release();
        throw e;
      }
      return file;
    } catch (NoSuchFileException | AccessDeniedException e) {
      throw notFound(path);
    }
  }

  /** When a file cannot be opened, that may be because too many are; then those here are closed. */
  private ServedFile openOrMakeRoom(Path found) throws IOException {
    Path beside = compressed(found);
    try {
      return folder.open(found, beside);
    } catch (NoSuchFileException | AccessDeniedException e) {
      throw e;
    } catch (FileSystemException e) {
      cache.clear();
      return folder.open(found, beside);
    }
  }

  private static @Nullable Path compressed(Path file) {
    String name = file.getFileName().toString();
    Path beside = file.resolveSibling(name + ".gz");
    return !name.endsWith(".gz") && Files.isRegularFile(beside, LinkOption.NOFOLLOW_LINKS)
        ? beside
        : null;
  }

  @Override
  public String toString() {
    return "files of " + folder;
  }
}
