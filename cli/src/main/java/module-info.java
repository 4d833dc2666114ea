/** The {@code weft} command. */
@SuppressWarnings("requires-automatic") // tomlj
module dev.weft.cli {
  requires static org.jspecify;
  requires com.google.gson;
  requires dev.weft;
  requires dev.weft.bench;
  requires dev.weft.debug;
  requires dev.weft.http;
  requires info.picocli;
  requires java.management;
  requires jdk.attach;
  requires jdk.management;
  requires jdk.unsupported;
  requires me.tongfei.progressbar;
  requires org.tomlj;

  opens dev.weft.cli to
      info.picocli;
  opens dev.weft.cli.attach to
      info.picocli;
  opens dev.weft.cli.doctor to
      info.picocli;
  opens dev.weft.cli.get to
      info.picocli;
  opens dev.weft.cli.proxy.config to
      info.picocli;
  opens dev.weft.cli.serve to
      info.picocli;
  opens dev.weft.cli.tls to
      info.picocli;
  opens dev.weft.cli.top to
      info.picocli;
  opens dev.weft.cli.version to
      info.picocli;
}
