package dev.weft.debug.internal.metrics;

import dev.weft.context.Context;
import dev.weft.http.Handler;
import dev.weft.http.HttpException;
import dev.weft.http.Request;
import dev.weft.http.Response;
import dev.weft.http.client.ClientRequest;
import dev.weft.http.client.ClientResponse;
import dev.weft.http.client.Sender;
import java.io.IOException;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts requests and their durations, of servers and of clients, with the names of OpenTelemetry's
 * semantic conventions. Safe for use by any number of threads.
 */
public final class HttpMetrics {
  private final RequestDurations served = new RequestDurations();
  private final LongAdder serving = new LongAdder();
  private final RequestDurations sent = new RequestDurations();
  private final LongAdder sending = new LongAdder();

  /** A handler that counts its requests. */
  public Handler counting(Handler next) {
    return (request, response) -> handle(next, request, response);
  }

  private void handle(Handler next, Request request, Response response) throws Exception {
    long begin = System.nanoTime();
    int failed = 0;
    serving.increment();
    try {
      next.handle(request, response);
    } catch (HttpException e) {
      failed = e.status();
      throw e;
    } catch (Throwable e) {
      failed = 500;
      throw e;
    } finally {
      serving.decrement();
      int status = failed == 0 || response.isCommitted() ? response.status() : failed;
      served.add(request.method(), status, System.nanoTime() - begin);
    }
  }

  /** A sender that counts its calls. */
  public Sender countingCalls(Sender next) {
    return (context, request) -> send(next, context, request);
  }

  private ClientResponse send(Sender next, Context context, ClientRequest request)
      throws IOException {
    long begin = System.nanoTime();
    sending.increment();
    try {
      ClientResponse response = next.send(context, request);
      sent.add(request.method(), response.status(), System.nanoTime() - begin);
      return response;
    } catch (Throwable e) {
      sent.addFailed(request.method(), e, System.nanoTime() - begin);
      throw e;
    } finally {
      sending.decrement();
    }
  }

  void appendTo(Exposition out) {
    out.gauge("http_server_active_requests", "Requests that handlers are serving", serving.sum());
    served.appendTo(
        "http_server_request_duration_seconds", "Durations of requests in their handlers", out);
    out.gauge("http_client_active_requests", "Calls without a response yet", sending.sum());
    sent.appendTo(
        "http_client_request_duration_seconds",
        "Durations of calls until the response's head",
        out);
  }
}
