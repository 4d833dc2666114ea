package dev.weft.programs;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Spring Boot with {@code spring.threads.virtual.enabled=true}. */
final class SpringProgram implements HttpProgram {
  /** The application. */
  @SpringBootConfiguration
  @EnableAutoConfiguration
  @RestController
  static class Application {
    @GetMapping("/")
    String greet() {
      return Pages.HELLO;
    }

    @RequestMapping("/*/**")
    void serve(HttpServletRequest request, HttpServletResponse response) throws IOException {
      Pages.serve(new ServletExchange(request, response));
    }
  }

  @Override
  public AutoCloseable serve(int port) {
    return new SpringApplicationBuilder(Application.class)
        .properties(
            Map.of(
                "spring.threads.virtual.enabled", "true",
                "server.address", "127.0.0.1",
                "server.port", Integer.toString(port),
                "server.tomcat.max-keep-alive-requests", "-1",
                "spring.main.banner-mode", "off",
                "spring.jmx.enabled", "false",
                "logging.level.root", "error"))
        .run();
  }
}
