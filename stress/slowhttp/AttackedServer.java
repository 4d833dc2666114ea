import dev.weft.http.Gzip;
import dev.weft.http.Router;
import dev.weft.http.files.StaticFiles;
import dev.weft.http.server.HttpServer;
import java.nio.file.Path;

/**
 * {@code AttackedServer PORT FOLDER}: serves files as {@code weft serve --http --dir} does, and
 * reads bodies at {@code POST /echo}, which a server of files alone does not.
 */
public final class AttackedServer {
  private AttackedServer() {}

  public static void main(String[] arguments) throws Exception {
    StaticFiles files = StaticFiles.of(Path.of(arguments[1]));
    Router router =
        Router.builder()
            .post(
                "/echo",
                (request, response) -> request.body().transferTo(response.outputStream()))
            .get("/{path...}", Gzip.middleware().wrap(files))
            .build();
    HttpServer.start("127.0.0.1:" + arguments[0], router);
    System.out.println("serving");
    Thread.sleep(Long.MAX_VALUE);
  }
}
