import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.zip.ZipInputStream;

/**
 * Installs a Maven distribution: {@code java FetchMaven.java URL SHA256 FOLDER}. The folder appears
 * all at once and only if the checksum is right, so that builds may start side by side.
 */
void main(String[] args) {
  try {
    install(URI.create(args[0]), args[1], Path.of(args[2]));
  } catch (Exception e) {
    System.err.println("mvnw: cannot fetch " + args[0] + ": " + e);
    System.exit(1);
  }
}

void install(URI url, String sha256, Path folder) throws Exception {
  Files.createDirectories(folder.getParent());
  Path work = Files.createTempDirectory(folder.getParent(), ".fetching");
  try {
    Path zip = work.resolve("maven.zip");
    download(url, zip);
    String actual = checksum(zip);
    if (!actual.equalsIgnoreCase(sha256)) {
      throw new IOException("its SHA-256 is " + actual + ", not " + sha256);
    }
    Path home = unzip(zip, work.resolve("maven"));
    home.resolve("bin/mvn").toFile().setExecutable(true);
    try {
      Files.move(home, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!Files.exists(folder)) {
        throw e;
      } // else another build was faster, with the same bytes
    }
  } finally {
    delete(work);
  }
}

void download(URI url, Path to) throws Exception {
  try (var http = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build()) {
    var response = http.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofFile(to));
    if (response.statusCode() != 200) {
      throw new IOException("the server answered " + response.statusCode());
    }
  }
}

String checksum(Path file) throws Exception {
  var digest = MessageDigest.getInstance("SHA-256");
  try (var in = new DigestInputStream(Files.newInputStream(file), digest)) {
    in.transferTo(OutputStream.nullOutputStream());
  }
  return HexFormat.of().formatHex(digest.digest());
}

/** Unpacks the archive and returns the one folder in it. */
Path unzip(Path zip, Path into) throws IOException {
  Path top = null;
  try (var in = new ZipInputStream(Files.newInputStream(zip))) {
    for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
      Path file = into.resolve(entry.getName()).normalize();
      if (!file.startsWith(into) || file.equals(into)) {
        throw new IOException("bad entry in the archive: " + entry.getName());
      }
      top = into.resolve(into.relativize(file).getName(0));
      if (entry.isDirectory()) {
        Files.createDirectories(file);
      } else {
        Files.createDirectories(file.getParent());
        Files.copy(in, file);
      }
    }
  }
  if (top == null) {
    throw new IOException("the archive is empty");
  }
  return top;
}

void delete(Path tree) throws IOException {
  try (var files = Files.walk(tree)) {
    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
      Files.delete(file);
    }
  }
}
