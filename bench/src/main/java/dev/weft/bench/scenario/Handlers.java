package dev.weft.bench.scenario;

/** Four ways to serve a client that may go silent. */
enum Handlers {
  THREADS("platform threads, no way out"),
  STUCK("goroutines, no way out"),
  DEADLINE("goroutines with a read deadline"),
  DONE("goroutines with a done channel");

  private final String title;

  Handlers(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }
}
