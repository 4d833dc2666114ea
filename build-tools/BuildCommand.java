import java.nio.file.attribute.FileTime;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Builds the {@code weft} command for the script of that name, and says what it is doing meanwhile:
 * {@code java BuildCommand.java ROOT terminal|plain}. Leaves {@code cli/target/quick/weft.jar}, and
 * beside it {@code parts}, which lists the jars that the command runs with, one in a line.
 */
static final Pattern FETCHED =
    Pattern.compile("Downloaded from .*/([^/ ]+) \\(([0-9.]+) (B|kB|MB) at .*");

static final Pattern STEP = Pattern.compile("--- ([^:]+):.* @ (\\S+) ---");

volatile String doing = "starting Maven";
String module = "";
int files;
double megabytes;

/** What to print if the build fails. */
final List<String> output = new ArrayList<>();

void main(String[] args) throws Exception {
  Path root = Path.of(args[0]);
  Path quick = root.resolve("cli/target/quick");
  Path list = quick.resolve("parts");
  long began = System.currentTimeMillis();
  FileLock lock = lock(root.resolve("cli/target"));
  if (Files.exists(list) && Files.getLastModifiedTime(list).toMillis() >= began) {
    return; // by another command, which held the lock until now
  }
  removeParts(root, list);

  var maven = new ProcessBuilder(command(root)).redirectErrorStream(true);
  // A build this short is over before the second compiler has paid for itself.
  maven
      .environment()
      .merge("MAVEN_OPTS", "-XX:TieredStopAtLevel=1", (given, ours) -> ours + " " + given);
  Process process = maven.start();
  process.getOutputStream().close();
  Thread reader = Thread.ofPlatform().daemon().start(() -> read(process));
  show(process, began, args[1].equals("terminal"));
  reader.join();
  if (process.exitValue() != 0) {
    output.forEach(System.err::println);
    System.exit(process.exitValue());
  }

  Path jar = quick.resolve("weft.jar");
  List<String> parts = new ArrayList<>();
  parts.add(jar.toString());
  parts.addAll(neededBy(jar));
  Files.write(list, parts);
  // A file saved while the build ran may not be in it: the jar is as old as the build's start.
  Files.setLastModifiedTime(jar, FileTime.fromMillis(began));
  lock.release();
  System.err.println("weft: built in " + seconds(began));
}

/** Commands that start at the same time would build into each other's files. */
FileLock lock(Path folder) throws IOException {
  Files.createDirectories(folder);
  FileChannel file =
      FileChannel.open(
          folder.resolve("quick.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  FileLock lock = file.tryLock();
  if (lock == null) {
    System.err.println("weft: waiting for another command, which builds");
    lock = file.lock();
  }
  return lock;
}

List<String> command(Path root) {
  return List.of(
      root.resolve("mvnw").toString(),
      "-B",
      "-Dquick",
      // Hundreds of small files: what they take is round trips.
      "-Dmaven.artifact.threads=16",
      "-Daether.dependencyCollector.bf.threads=16",
      "-f",
      root.resolve("pom.xml").toString(),
      "-pl",
      "cli",
      "-am",
      "package");
}

/** Removed, not overwritten: a command that runs now keeps the files that it has open. */
void removeParts(Path root, Path list) throws IOException {
  if (Files.exists(list)) {
    for (String part : Files.readAllLines(list)) {
      if (Path.of(part).startsWith(root)) {
        Files.deleteIfExists(Path.of(part));
      }
    }
    Files.delete(list);
  }
}

void read(Process process) {
  try (var lines = process.inputReader()) {
    for (String line; (line = lines.readLine()) != null; ) {
      take(line);
    }
  } catch (IOException e) {
    output.add(e.toString());
  }
}

void take(String line) {
  Matcher fetched = FETCHED.matcher(line);
  Matcher step = STEP.matcher(line);
  if (fetched.find()) {
    files++;
    double size = Double.parseDouble(fetched.group(2));
    megabytes +=
        switch (fetched.group(3)) {
          case "B" -> size / 1e6;
          case "kB" -> size / 1e3;
          default -> size;
        };
    doing =
        String.format(
            Locale.ROOT,
            "fetching plugins and libraries, %d files, %.1f MB so far (%s)",
            files,
            megabytes,
            fetched.group(1));
  } else if (line.startsWith("mvnw: fetching ")) {
    doing = "fetching Maven, 9 MB";
  } else if (step.find()) {
    module = step.group(2);
    if (step.group(1).equals("jar")) {
      doing = "packaging " + module;
    }
  } else if (line.contains("Compiling ")) {
    doing = "compiling " + module;
  }
  if (!line.startsWith("[INFO]") && !line.startsWith("[WARNING]")) {
    output.add(line);
  }
}

/** Until Maven has ended: one line that changes on a terminal, elsewhere a line at times. */
void show(Process process, long began, boolean terminal) throws InterruptedException {
  int pause = terminal ? 200 : 5_000;
  do {
    if (terminal) {
      System.err.print("\r\033[Kweft: " + seconds(began) + ", " + doing);
    } else {
      System.err.println("weft: " + seconds(began) + ", " + doing);
    }
    System.err.flush();
  } while (!process.waitFor(pause, TimeUnit.MILLISECONDS));
  if (terminal) {
    System.err.print("\r\033[K");
  }
}

String seconds(long began) {
  return (System.currentTimeMillis() - began) / 1_000 + " s";
}

/** The jars that the manifest names, by absolute paths, which may have spaces in them. */
List<String> neededBy(Path jar) throws IOException {
  try (var file = new JarFile(jar.toFile())) {
    String classPath = file.getManifest().getMainAttributes().getValue("Class-Path");
    return List.of(classPath.strip().split("(?<=\\.jar) (?=/)"));
  }
}
