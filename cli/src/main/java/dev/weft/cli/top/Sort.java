package dev.weft.cli.top;

import com.google.gson.JsonObject;
import java.util.Comparator;

/** The order of the groups of goroutines. */
enum Sort {
  COUNT(Comparator.comparingLong((JsonObject group) -> group.get("count").getAsLong()).reversed()),
  AGE(
      Comparator.comparingLong((JsonObject group) -> group.get("oldestMillis").getAsLong())
          .reversed()),
  STATE(Comparator.comparing(group -> group.get("kind").getAsString()));

  @SuppressWarnings("ImmutableEnumChecker") // it has no state
  private final Comparator<JsonObject> order;

  Sort(Comparator<JsonObject> order) {
    this.order = order;
  }

  Comparator<JsonObject> order() {
    return order;
  }
}
