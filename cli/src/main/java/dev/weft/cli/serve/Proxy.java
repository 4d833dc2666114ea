package dev.weft.cli.serve;

import dev.weft.http.proxy.ReverseProxy;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Passes HTTP requests on to other servers. */
@Command(
    name = "proxy",
    description = {
      "Pass HTTP requests on to other servers, which take turns.",
      "Ctrl-C or SIGTERM stops it, as weft serve."
    },
    mixinStandardHelpOptions = true,
    versionProvider = dev.weft.cli.Version.class)
public final class Proxy implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--http",
      paramLabel = "ADDRESS",
      defaultValue = ":8080",
      description =
          "Take requests here, such as :8080 (the default), 127.0.0.1:8080 or unix:/run/http.sock.")
  private String http;

  @Option(
      names = "--extend-forwarded",
      description =
          "Keep the X-Forwarded-* fields of requests: for a proxy behind another one that sets them.")
  private boolean extendForwarded;

  @Parameters(
      paramLabel = "TARGET",
      arity = "1..*",
      description = "A server behind: its address, such as 127.0.0.1:8081, or a URI of http.")
  private List<String> targets;

  @Override
  public Integer call() throws InterruptedException {
    try (ReverseProxy proxy = proxy()) {
      Server server = new Server("http", http, HttpService.proxy(proxy), null);
      new Serving(List.of(server), spec.commandLine().getOut()).run();
      return 0;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      spec.commandLine().getErr().println("weft proxy: " + e.getMessage());
      return 1;
    }
  }

  private ReverseProxy proxy() {
    String[] uris =
        targets.stream()
            .map(target -> target.contains("://") ? target : "http://" + target)
            .toArray(String[]::new);
    ReverseProxy.Builder builder = ReverseProxy.builder(uris);
    return (extendForwarded ? builder.extendForwarded() : builder).build();
  }
}
