package dev.weft.bench;

import dev.weft.Weft;
import dev.weft.bench.model.Model;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says which models can run on this host. */
final class Availability {
  private Availability() {}

  /** Returns why the model cannot run here; {@code null} when it can. */
  static @Nullable String unavailableBecause(Model model) {
    return model.isWeft() ? unavailableBecause(model, Weft.info().pollers()) : null;
  }

  static @Nullable String unavailableBecause(Model model, Map<String, String> pollers) {
    String poller = model == Model.NETPOLL ? "epoll" : model.id();
    String why = pollers.get(poller);
    if (why == null) {
      return "this Weft has no poller named " + poller + "; it has " + pollers.keySet();
    }
    return why.isEmpty() ? null : why;
  }
}
