package dev.weft.debug.internal.page;

import dev.weft.debug.internal.goroutine.WaitProfile;
import dev.weft.http.HttpException;
import dev.weft.http.Request;
import dev.weft.http.Response;
import java.io.IOException;
import java.time.Duration;

/** The profiles of waits, for {@code go tool pprof} or as text. */
final class WaitPage {
  private WaitPage() {}

  static void send(
      Request request, Response response, WaitProfile.Kind kind, String name, Duration otherwise)
      throws IOException, InterruptedException {
    String form = request.query().get("debug", "0");
    if (!form.equals("0") && !form.equals("1")) {
      throw new HttpException(400, "debug is 0 or 1");
    }
    WaitProfile profile = WaitProfile.take(kind, PprofPages.seconds(request, otherwise));
    if (profile == null || form.equals("0")) {
      PprofPages.sendProfile(response, name, profile == null ? null : profile.toGzip());
      return;
    }
    StringBuilder text = new StringBuilder();
    profile.writeText(text);
    response.type(PprofPages.PLAIN).send(text.toString());
  }
}
