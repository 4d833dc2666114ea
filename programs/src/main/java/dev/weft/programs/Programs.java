package dev.weft.programs;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Starts a program by its name. */
public final class Programs {
  private Programs() {}

  /**
   * {@code NAME check [NEIGHBOURS N]} runs the program's checks, beside {@link Neighbours} if some
   * are named, prints a line about each, and exits with 1 when one has failed. {@code NAME soak
   * SECONDS} repeats the checks for that long, and fails also when {@link Soak something was left
   * behind}. {@code NAME serve PORT} serves until its input ends, and reads commands from it:
   * {@code loops N}, {@code yields N}, {@code native N}, {@code files N} start {@link Neighbours},
   * {@code quiet} ends them; it prints each command when it is done.
   */
  public static void main(String[] args) throws Exception {
    Program program = find(args[0]);
    switch (args[1]) {
      case "check" -> {
        Report report = new Report();
        if (args.length > 2) {
          new Neighbours().start(args[2], Integer.parseInt(args[3]));
        }
        program.check(report);
        System.exit(report.failures() == 0 ? 0 : 1);
      }
      case "soak" -> System.exit(new Soak(program).run(Long.parseLong(args[2])) ? 0 : 1);
      case "serve" -> {
        try (AutoCloseable _ = program.serve(Integer.parseInt(args[2]))) {
          System.out.println("ready");
          obey();
        }
        System.exit(0);
      }
      default -> throw new IllegalArgumentException(args[1]);
    }
  }

  private static Program find(String name) {
    return switch (name) {
      case "tomcat" -> new TomcatProgram();
      case "jetty" -> new JettyProgram();
      case "spring" -> new SpringProgram();
      case "helidon" -> new HelidonProgram();
      case "jdk" -> new JdkHttpProgram();
      case "postgres" -> new PostgresProgram();
      case "redis" -> new RedisProgram();
      case "kafka" -> new KafkaProgram();
      case "grpc" -> new GrpcProgram();
      case "netty" -> new NettyProgram();
      default -> throw new IllegalArgumentException("no program " + name);
    };
  }

  private static void obey() throws Exception {
    Neighbours neighbours = new Neighbours();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = in.readLine()) != null; ) {
      if (line.equals("quiet")) {
        neighbours.stop();
      } else {
        String[] words = line.split(" ", 2);
        neighbours.start(words[0], Integer.parseInt(words[1]));
      }
      System.out.println(line);
    }
  }
}
