package dev.weft.httpserver;

import com.sun.net.httpserver.HttpExchange;
import dev.weft.context.Context;
import dev.weft.context.Registration;
import dev.weft.http.Handler;
import dev.weft.http.HttpException;
import dev.weft.http.Request;
import dev.weft.http.Response;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Finds the context of a request, has it handled, and waits until the exchange has ended. */
final class Dispatcher implements Handler {
  private final Contexts contexts;
  private final Supplier<@Nullable Executor> executor;

  Dispatcher(Contexts contexts, Supplier<@Nullable Executor> executor) {
    this.contexts = contexts;
    this.executor = executor;
  }

  @Override
  public void handle(Request request, Response response) throws Exception {
    URI uri = uri(request);
    WeftContext context = contexts.find(uri.getPath());
    if (context == null) {
      response.status(404).type("text/html");
      response.send("<h1>404 Not Found</h1>No context found for request");
      return;
    }
    if (context.getHandler() == null) {
      throw new HttpException(500, "No handler for context");
    }
    WeftExchange exchange = new WeftExchange(context, request, response, uri);
    Executor elsewhere = executor.get();
    try {
      SSLSession session = request.sslSession();
      HttpExchange face = session == null ? exchange : new WeftHttpsExchange(exchange, session);
      if (elsewhere == null) {
        context.handle(face);
      } else if (!isHandled(context, face, request, elsewhere)) {
        exchange.finish();
        response.hijack(); // the client is gone
        return;
      }
    } catch (Throwable e) {
      exchange.finish();
      throw e;
    }
    // A handler may return while another thread continues the exchange.
    exchange.awaitEnd();
    if (!exchange.finish()) {
      response.hijack(); // the handler closed it without an answer: the connection is closed
    }
  }

  private static URI uri(Request request) throws HttpException {
    try {
      URI uri = new URI(request.target());
      if (uri.getPath() != null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // answered below
    }
    throw new HttpException(400, "Bad Request: the target is no URI with a path");
  }

  /**
   * Has the executor handle the request.
   *
   * @return false if it had not begun to when the connection was reset, or the server closed
   */
  private static boolean isHandled(
      WeftContext context, HttpExchange exchange, Request request, Executor elsewhere)
      throws Exception {
    ExecutorTask task =
        new ExecutorTask(() -> {
          context.handle(exchange);
          return null;
        });
    Context life = request.context();
    try {
      elsewhere.execute(task);
    } catch (RejectedExecutionException e) {
      throw new HttpException(503, "the executor of this server takes no more", e);
    }
    Registration withdrawal =
        life.onCancel(() -> {
          if (!(life.cause()
              instanceof EOFException)) { // A client may only have ended its sending.
            task.withdraw();
          }
        });
    try {
      return task.await();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case Exception failure -> throw failure;
        case Error failure -> throw failure;
        case null, default -> throw new IOException(e);
      }
    } finally {
      withdrawal.stop();
    }
  }
}
