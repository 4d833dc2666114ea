package dev.weft.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouterTest {
  /** Answers with the name and what was found for the parameters. */
  private static Handler named(String name) {
    return (request, response) ->
        response.send(
            name + " id=" + request.pathValue("id") + " rest=" + request.pathValue("rest"));
  }

  private static final Router ROUTER =
      Router.builder()
          .get("/", named("root"))
          .get("/users", named("users"))
          .post("/users", named("create"))
          .get("/users/{id}", named("user"))
          .get("/users/me", named("me"))
          .get("/users/{id}/posts", named("posts"))
          .any("/users/{rest...}", named("deep"))
          .get("/files/{rest...}", named("files"))
          .get("/files/special/", named("special"))
          .delete("/users/{id}", named("delete"))
          .route("HEAD", "/own-head", named("head"))
          .host("api.test", api -> api.get("/", named("api")).get("/only", named("only")))
          .host("*.wild.test", wild -> wild.get("/", named("wild")))
          .build();

  private static String ask(TestServer server, String method, String target, String host)
      throws Exception {
    return server.exchange(method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          GET,    /,                  x,          root id=null rest=null
          GET,    /?a=b,              x,          root id=null rest=null
          GET,    /users,             x,          users id=null rest=null
          POST,   /users,             x,          create id=null rest=null
          GET,    /users/7,           x,          user id=7 rest=null
          GET,    /users/me,          x,          me id=null rest=null
          GET,    /users/a%20b,       x,          user id=a b rest=null
          GET,    /users/a%2Fb,       x,          user id=a/b rest=null
          GET,    /us%65rs/7,         x,          user id=7 rest=null
          GET,    /users/7/posts,     x,          posts id=7 rest=null
          GET,    /users/7/other,     x,          deep id=null rest=7/other
          GET,    /users/,            x,          deep id=null rest=
          PATCH,  /users/me,          x,          deep id=null rest=me
          DELETE, /users/me,          x,          delete id=me rest=null
          GET,    /files/,            x,          files id=null rest=
          GET,    /files/a/b/,        x,          files id=null rest=a/b/
          GET,    /files/special/,    x,          special id=null rest=null
          GET,    /files//x,          x,          files id=null rest=/x
          GET,    /,                  api.test,   api id=null rest=null
          GET,    /,                  API.test:8, api id=null rest=null
          GET,    /only,              api.test,   only id=null rest=null
          GET,    /users,             api.test,   users id=null rest=null
          GET,    /,                  a.b.wild.test, wild id=null rest=null
          GET,    /,                  wild.test,  root id=null rest=null
          GET,    http://api.test/only, x,        only id=null rest=null
          """)
  void theMostSpecificRouteWins(String method, String target, String host, String answer)
      throws Exception {
    try (var server = new TestServer(ROUTER)) {
      assertThat(ask(server, method, target, host)).startsWith("HTTP/1.1 200").endsWith(answer);
    }
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          GET,     /nothing,        404
          POST,    /files,          404
          GET,     /only,           404
          GET,     /files/a%2Fb,    404
          GET,     /files/../users, 400
          GET,     /files/%2e%2E/x, 400
          GET,     /users/.,        400
          """)
  void whatNoRouteMatchesIsRefused(String method, String target, int status) throws Exception {
    try (var server = new TestServer(ROUTER)) {
      assertThat(ask(server, method, target, "x")).startsWith("HTTP/1.1 " + status);
    }
  }

  @Test
  void aMethodWithoutARouteIsAnsweredWithThoseThatHaveOne() throws Exception {
    try (var server = new TestServer(ROUTER)) {
      assertThat(ask(server, "DELETE", "/users", "x"))
          .startsWith("HTTP/1.1 405 ")
          .contains("Allow: GET, HEAD, OPTIONS, POST\r\n");
      assertThat(ask(server, "OPTIONS", "/users", "x"))
          .startsWith("HTTP/1.1 204 ")
          .contains("Allow: GET, HEAD, OPTIONS, POST\r\n");
      assertThat(ask(server, "OPTIONS", "*", "x")).startsWith("HTTP/1.1 204 ");
      assertThat(ask(server, "GET", "/own-head", "x")).startsWith("HTTP/1.1 405 ");
    }
  }

  @Test
  void headIsAnsweredByTheRouteOfGet() throws Exception {
    try (var server = new TestServer(ROUTER)) {
      assertThat(ask(server, "HEAD", "/users/7", "x"))
          .startsWith("HTTP/1.1 200 ")
          .contains("Content-Length: 19\r\n")
          .endsWith("\r\n\r\n");
    }
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          /page,       page
          /both,       get
          /other,      any
          /items/7,    item
          /items/7/8,  any
          """)
  void headPrefersARouteOfGetToALessSpecificOneAndToThatOfAnyMethod(String path, String route)
      throws Exception {
    Router router =
        Router.builder()
            .get("/page", routed("page"))
            .any("/both", routed("any"))
            .get("/both", routed("get"))
            .get("/items/{id}", routed("item"))
            .any("/{rest...}", routed("any"))
            .build();
    try (var server = new TestServer(router)) {
      assertThat(ask(server, "HEAD", path, "x")).contains("Route: " + route + "\r\n");
    }
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      textBlock =
          """
          /items/7,      /items/{id}
          /static,       /static
          /inner/a/b,    /inner/{name}/b
          /nowhere,      none
          """)
  void middlewareAroundARouterLearnsTheRoute(String path, String route) throws Exception {
    Router inner = Router.builder().get("/inner/{name}/b", named("inner")).build();
    Router router =
        Router.builder()
            .get("/items/{id}", named("item"))
            .get("/static", named("static"))
            .any("/inner/{rest...}", inner)
            .build();
    AtomicReference<String> before = new AtomicReference<>("not asked");
    AtomicReference<String> after = new AtomicReference<>("not asked");
    Handler outer =
        (request, response) -> {
          before.set(request.route());
          try {
            router.handle(request, response);
          } finally {
            after.set(request.route());
          }
        };
    try (var server = new TestServer(outer)) {
      ask(server, "GET", "/items/1", "x");
      ask(server, "GET", path, "x");
    }
    assertThat(before.get()).isNull();
    assertThat(after.get()).isEqualTo(route);
  }

  private static Handler routed(String name) {
    return (_, response) -> response.header("Route", name).send();
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          /a/{x},        /a/{y}
          /a/{x},        /{y}/b
          /{x}/b/{z},    /a/{y}/c
          /a/{x...},     /{y}/b
          /a/{x...},     /a/{y...}
          /{x}/{r...},   /{y}/{q...}
          """)
  void routesOfWhichNeitherIsMoreSpecificAreRefused(String one, String other) {
    Router.Builder builder = Router.builder().get(one, named("one"));
    assertThatThrownBy(() -> builder.get(other, named("other")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(other);
    builder.post(other, named("another method"));
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          /a/{x},   /a/b
          /a/{x},   /a/{x}/b
          /a/{x},   /a/{y...}
          /a,       /a/{y...}
          /{x},     /{x...}
          /a/b/{y...}, /a/{x...}
          /a/{x}/c, /{r...}
          """)
  void routesOfWhichOneIsMoreSpecificOrThatNeverMeetAreTaken(String one, String other) {
    Router.builder().get(one, named("one")).get(other, named("other"));
    Router.builder().get(other, named("other")).get(one, named("one"));
  }

  @ParameterizedTest
  @CsvSource({
    "a, slash",
    "'', slash",
    "/{}, identifier",
    "/{1}, identifier",
    "/{id:[0-9]+}, identifier",
    "/a{b}, brace",
    "/{a}b, in part",
    "/{a}.{b}, in part",
    "/{a, in part",
    "/{a...}/b, wildcard",
    "/{a}/{a}, two",
    "/a?b, query",
    "/a#b, fragment",
    "/a/../b, dot",
    "/a/%2E, dot",
  })
  void patternsAreChecked(String pattern, String reason) {
    assertThatThrownBy(() -> Router.builder().get(pattern, named("x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason)
        .hasMessageContaining("\"" + pattern + "\"");
  }

  @ParameterizedTest
  @CsvSource({"''", "a:80", "http://a", "*", "*.", "a/b", "a.*", "::1"})
  void hostsAreChecked(String name) {
    assertThatThrownBy(() -> Router.builder().host(name, host -> host.get("/", named("x"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + name + "\"");
  }

  @Test
  void methodsAreChecked() {
    assertThatThrownBy(() -> Router.builder().route("GET /a", "/", named("x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"GET /a\"");
  }

  @ParameterizedTest
  @CsvSource({"/caf%C3%A9", "/caf%c3%a9", "/%63af%C3%A9"})
  void aPatternMayBeEncodedToo(String target) throws Exception {
    Router router = Router.builder().get("/caf%C3%A9", named("café")).build();
    try (var server = new TestServer(router)) {
      assertThat(ask(server, "GET", target, "x")).startsWith("HTTP/1.1 200 ");
    }
    assertThatThrownBy(
            () -> Router.builder().get("/caf%c3%a9", named("one")).get("/café", named("other")))
        .hasMessageContaining("two routes");
  }

  @Test
  void aMissingSlashIsAddedByARedirect() throws Exception {
    Router router =
        Router.builder()
            .get("/files/{rest...}", named("files"))
            .get("/{user}/{rest...}", named("user"))
            .build();
    try (var server = new TestServer(router)) {
      assertThat(ask(server, "GET", "/files?a=b", "x"))
          .startsWith("HTTP/1.1 301 ")
          .contains("Location: /files/?a=b\r\n");
      assertThat(ask(server, "HEAD", "/f%2Fg", "x")).contains("Location: /f%2Fg/\r\n");
      assertThat(ask(server, "POST", "/files", "x")).startsWith("HTTP/1.1 404 ");
      // A browser would take both for another host.
      assertThat(ask(server, "GET", "/\\evil.test", "x")).startsWith("HTTP/1.1 404 ");
      assertThat(ask(server, "GET", "//evil.test", "x")).startsWith("HTTP/1.1 404 ");
    }
  }

  @Test
  void routesUnderAPathHaveItInFront() throws Exception {
    Router router =
        Router.builder()
            .under(
                "/api",
                api ->
                    api.get("", named("top"))
                        .get("/users/{id}", named("user"))
                        .under("/v2/{id}", two -> two.get("/x", named("two"))))
            .host("api.test", host -> host.under("/a", a -> a.get("/b", named("hosted"))))
            .build();
    try (var server = new TestServer(router)) {
      assertThat(ask(server, "GET", "/api", "x")).contains("top id=null");
      assertThat(ask(server, "GET", "/api/users/7", "x")).contains("user id=7");
      assertThat(ask(server, "GET", "/api/v2/8/x", "x")).contains("two id=8");
      assertThat(ask(server, "GET", "/a/b", "api.test")).contains("hosted");
      assertThat(ask(server, "POST", "/api/users/7", "x"))
          .startsWith("HTTP/1.1 405 ")
          .contains("Allow: GET, HEAD, OPTIONS\r\n");
      assertThat(ask(server, "GET", "/users/7", "x")).startsWith("HTTP/1.1 404 ");
    }
  }

  @Test
  void middlewareWrapsTheHandlersOfAGroup() throws Exception {
    Router router =
        Router.builder()
            .get("/open", named("open"))
            .with(
                marking("a"),
                its ->
                    its.get("/one", named("one"))
                        .under("/x", x -> x.get("", named("x")))
                        .with(marking("b"), both -> both.get("/two", named("two"))))
            .under("/api", api -> api.with(marking("c"), its -> its.get("/v", named("v"))))
            .host("h.test", host -> host.with(marking("d"), its -> its.get("/w", named("w"))))
            .build();
    try (var server = new TestServer(router)) {
      assertThat(ask(server, "GET", "/open", "x")).contains("open").doesNotContain("Mark:");
      assertThat(ask(server, "GET", "/one", "x")).contains("Mark: a\r\n", "one id");
      assertThat(ask(server, "GET", "/x", "x")).contains("Mark: a\r\n", "x id");
      assertThat(ask(server, "GET", "/two", "x")).contains("Mark: a\r\nMark: b\r\n", "two id");
      assertThat(ask(server, "GET", "/api/v", "x")).contains("Mark: c\r\n", "v id");
      assertThat(ask(server, "GET", "/w", "h.test")).contains("Mark: d\r\n", "w id");
      assertThat(ask(server, "GET", "/lost", "x"))
          .startsWith("HTTP/1.1 404 ")
          .doesNotContain("Mark:");
    }
  }

  private static Middleware marking(String mark) {
    return next ->
        (request, response) -> {
          response.headers().add("Mark", mark);
          next.handle(request, response);
        };
  }

  @ParameterizedTest
  @CsvSource({"''", "api", "/", "/api/", "/{rest...}"})
  void pathsOfRoutesAreChecked(String path) {
    assertThatThrownBy(() -> Router.builder().under(path, api -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void partsOfARouterAreRefusedWhatIsForAllOfIt() {
    Router.Builder builder =
        Router.builder()
            .get("/api/a", named("a"))
            .under(
                "/api",
                api -> {
                  assertThatThrownBy(() -> api.get("/a", named("again")))
                      .hasMessageContaining("GET /api/a");
                  assertThatThrownBy(() -> api.get("a", named("a")))
                      .isInstanceOf(IllegalArgumentException.class);
                  assertThatThrownBy(() -> api.host("x.test", host -> {}))
                      .isInstanceOf(IllegalStateException.class);
                  assertThatThrownBy(() -> api.notFound(named("lost")))
                      .isInstanceOf(IllegalStateException.class);
                  assertThatThrownBy(api::build).isInstanceOf(IllegalStateException.class);
                });
    builder.host(
        "x.test",
        host ->
            assertThatThrownBy(() -> host.notFound(named("lost")))
                .isInstanceOf(IllegalStateException.class));
  }

  @Test
  void middlewareIsComposedFromTheOutsideIn() throws Exception {
    Middleware outer =
        next ->
            (request, response) -> {
              response.headers().add("Order", "outer");
              next.handle(request, response);
            };
    Middleware inner =
        next ->
            (request, response) -> {
              response.headers().add("Order", "inner");
              next.handle(request, response);
            };
    try (var server = new TestServer(outer.then(inner).wrap(ROUTER))) {
      assertThat(ask(server, "GET", "/", "x")).contains("Order: outer\r\nOrder: inner\r\n");
    }
  }
}
