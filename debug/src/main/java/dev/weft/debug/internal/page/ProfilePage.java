package dev.weft.debug.internal.page;

import dev.weft.debug.internal.pprof.StackProfile;
import dev.weft.http.Handler;
import dev.weft.http.HttpException;
import dev.weft.http.Request;
import dev.weft.http.Response;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Pages of profiles that take some time, for {@code go tool pprof} or as text. */
final class ProfilePage {
  /** Takes a profile. */
  interface Source {
    /** Returns null when another profile is being taken that excludes this one. */
    @Nullable StackProfile take(Duration during) throws IOException, InterruptedException;
  }

  private ProfilePage() {}

  /**
   * Makes a handler.
   *
   * @param otherwise the time that the profile takes unless the request says it
   */
  static Handler of(String name, Duration otherwise, Source source) {
    return Query.takes(
        (request, response) -> {
          boolean asText = isText(request);
          StackProfile profile = source.take(PprofPages.seconds(request, otherwise));
          if (profile == null) {
            throw new HttpException(503, "another profile is being taken");
          }
          send(response, name, profile, asText);
        },
        PprofPages.DEBUG,
        PprofPages.SECONDS);
  }

  /** Reports whether the request is for text. */
  static boolean isText(Request request) throws HttpException {
    return switch (request.query().get(PprofPages.DEBUG, "0")) {
      case "0" -> false;
      case "1" -> true;
      default -> throw new HttpException(400, "debug is 0 or 1");
    };
  }

  static void send(Response response, String name, StackProfile profile, boolean asText)
      throws IOException {
    if (asText) {
      StringBuilder text = new StringBuilder();
      profile.writeText(text);
      response.type(PprofPages.PLAIN).send(text.toString());
    } else {
      PprofPages.sendFile(response, name + ".pb.gz", profile.toGzip());
    }
  }
}
