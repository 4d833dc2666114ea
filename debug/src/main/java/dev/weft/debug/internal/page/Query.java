package dev.weft.debug.internal.page;

import dev.weft.http.Handler;
import dev.weft.http.HttpException;
import dev.weft.http.Parameters;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks of query parameters, so that a mistyped one is not taken for one that was left out. */
public final class Query {
  /** Goes to every endpoint, for those that control access. */
  private static final String TOKEN = "token";

  private Query() {}

  /** Returns a handler that answers 400 to other parameters than these, and to repeated ones. */
  public static Handler takes(Handler handler, String... names) {
    List<String> taken = List.of(names);
    return (request, response) -> {
      Parameters query = request.query();
      for (String name : query.names()) {
        if (!taken.contains(name) && !name.equals(TOKEN)) {
          throw new HttpException(
              400,
              "there is no parameter "
                  + name
                  + (taken.isEmpty()
                      ? ", nor any other"
                      : "; there are: " + String.join(", ", taken)));
        }
        if (query.all(name).size() > 1) {
          throw new HttpException(400, name + " is given more than once");
        }
      }
      handler.handle(request, response);
    };
  }

  /**
   * Returns the parameter's value; null when it is not given.
   *
   * @throws HttpException 400 when the value is none of {@code values}
   */
  static @Nullable String oneOf(Parameters query, String name, List<String> values)
      throws HttpException {
    String value = query.get(name);
    if (value == null || values.contains(value)) {
      return value;
    }
    throw new HttpException(
        400,
        name
            + " is "
            + String.join(", ", values.subList(0, values.size() - 1))
            + " or "
            + values.getLast()
            + ", not "
            + value);
  }
}
