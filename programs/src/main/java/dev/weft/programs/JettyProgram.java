package dev.weft.programs;

import java.io.InputStream;
import java.io.OutputStream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Jetty, whose pool runs blocking handlers on virtual threads. */
final class JettyProgram implements HttpProgram {
  private static final class PagesHandler extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      Pages.serve(
          new Exchange() {
            @Override
            public String path() {
              return Request.getPathInContext(request);
            }

            @Override
            public InputStream body() {
              return Content.Source.asInputStream(request);
            }

            @Override
            public OutputStream answer(long length) {
              response.getHeaders().put(HttpHeader.CONTENT_LENGTH, length);
              return Content.Sink.asOutputStream(response);
            }
          });
      callback.succeeded();
      return true;
    }
  }

  @Override
  public AutoCloseable serve(int port) throws Exception {
    QueuedThreadPool pool = new QueuedThreadPool();
    pool.setVirtualThreadsExecutor(VirtualThreads.getNamedVirtualThreadsExecutor("jetty-"));
    Server server = new Server(pool);
    ServerConnector connector = new ServerConnector(server);
    connector.setHost("127.0.0.1");
    connector.setPort(port);
    connector.setAcceptQueueSize(4096);
    server.addConnector(connector);
    server.setHandler(new PagesHandler());
    server.start();
    return server::stop;
  }
}
