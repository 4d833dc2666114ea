package dev.weft.cli.get;

import dev.weft.cli.failure.Failure;
import dev.weft.http.client.ClientRequest;
import dev.weft.http.client.ClientResponse;
import dev.weft.http.client.HttpClient;
import dev.weft.net.tls.TlsConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Fetches a URL to standard output or to a file. */
@Command(
    name = "get",
    description = {
      "Fetch a URL of http or https, to standard output or to a file, with a progress bar on a terminal.",
      "Follows redirects, and takes proxies from the environment. When the connection breaks, asks for the rest, if the server has ranges and an ETag. Exits with 1 if that fails, or the status is 400 or above."
    },
    mixinStandardHelpOptions = true,
    versionProvider = dev.weft.cli.version.Version.class)
public final class Get implements Callable<Integer> {
  private static final int FIRST_ERROR = 400;

  @Spec private CommandSpec spec;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description =
          "Write to this file, which is created or replaced when the download is complete, and not if the status is 400 or above.")
  private @Nullable Path output;

  @Option(
      names = {"-H", "--header"},
      paramLabel = "FIELD",
      description = "Send this header field, such as 'Accept: text/html'.")
  private List<String> fields = new ArrayList<>();

  @Option(
      names = {"-i", "--include"},
      description = "Print status and header fields before the body, on standard error.")
  private boolean include;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "Trust the authorities in this file (PEM) instead of those that Java trusts.")
  private @Nullable Path authorities;

  @Parameters(paramLabel = "URL", description = "Such as http://127.0.0.1:8080/.")
  private String url;

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    ClientRequest request = request();
    try (HttpClient client = client();
        ClientResponse response = client.send(request)) {
      if (include) {
        err.println(response.status() + " " + response.reason());
        err.println(response.headers());
        err.flush();
      }
      boolean failed = response.status() >= FIRST_ERROR;
      if (output == null) {
        new Download(client, request, System.out, Progress.none()).copy(response);
        System.out.flush();
      } else if (!failed) {
        save(client, request, response, output);
      }
      if (failed) {
        err.println("weft get: " + response);
        return 1;
      }
      return 0;
    } catch (IOException e) {
      err.println("weft get: " + Failure.text(e));
      return 1;
    }
  }

  private HttpClient client() throws IOException {
    HttpClient.Builder client = HttpClient.builder().withoutCompression();
    if (authorities != null) {
      client.tls(
          TlsConfig.builder().trustFile(authorities).applicationProtocols("http/1.1").build());
    }
    try {
      return client.build();
    } catch (IllegalArgumentException e) { // a variable names a proxy that cannot be used
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private ClientRequest request() {
    try {
      ClientRequest request = ClientRequest.get(url.contains("://") ? url : "http://" + url);
      for (String field : fields) {
        int colon = field.indexOf(':');
        if (colon < 0) {
          throw new IllegalArgumentException("a header field without a colon: " + field);
        }
        request = request.addHeader(field.substring(0, colon), field.substring(colon + 1).strip());
      }
      return request;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private static void save(
      HttpClient client, ClientRequest request, ClientResponse response, Path file)
      throws IOException {
    // Not by Files.createTempFile, whose files only their owner may read.
    Path part =
        file.resolveSibling(
            "." + file.getFileName() + "." + ProcessHandle.current().pid() + ".part");
    part.toFile().deleteOnExit(); // Ctrl-C runs no finally block
    try {
      try (OutputStream out = Files.newOutputStream(part);
          Progress progress =
              Progress.of(String.valueOf(file.getFileName()), response.contentLength())) {
        new Download(client, request, out, progress).copy(response);
      }
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (NoSuchFileException e) {
      throw new FileSystemException(file.toString(), null, "its folder is not there");
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
