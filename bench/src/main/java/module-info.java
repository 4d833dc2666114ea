/** {@code weft bench}: six models of network I/O side by side. */
@SuppressWarnings("requires-automatic") // HdrHistogram has no module name of its own
module dev.weft.bench {
  requires static org.jspecify;
  requires com.google.gson;
  requires dev.weft;
  requires dev.weft.debug;
  requires HdrHistogram;
  requires info.picocli;
  requires java.management;
  requires me.tongfei.progressbar;

  exports dev.weft.bench;

  opens dev.weft.bench to
      info.picocli;
  opens dev.weft.bench.load to
      com.google.gson;
  opens dev.weft.bench.measure to
      com.google.gson;
  opens dev.weft.bench.model to
      com.google.gson;
  opens dev.weft.bench.report to
      com.google.gson;
  opens dev.weft.bench.scenario to
      com.google.gson;
}
