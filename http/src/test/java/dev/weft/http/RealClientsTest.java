package dev.weft.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.http.files.StaticFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that others have written. A test whose client is not installed says so and is skipped.
 */
class RealClientsTest {
  @TempDir Path folder;

  private static String curl(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("curl", "-s", "-S", "--max-time", "60"));
    command.addAll(List.of(arguments));
    return Programs.run(command.toArray(new String[0]));
  }

  private static final Handler DEMO =
      Router.builder()
          .get("/hello", (request, response) -> response.send("hello"))
          .post(
              "/echo",
              (request, response) -> {
                byte[] body = request.readBody();
                response.header("Trailer-Seen", request.trailers().size() + "");
                response.send(body);
              })
          .get(
              "/chunks",
              (request, response) -> {
                for (int i = 0; i < 3; i++) {
                  response.write("piece " + i + "\n");
                  response.flush();
                }
                response.trailers().add("Sum", "3");
              })
          .get(
              "/early",
              (request, response) -> {
                response.sendInformational(103, new Headers().add("Link", "</a.css>; rel=preload"));
                response.send("late");
              })
          .build();

  @Test
  void curlUsesAConnectionAgain() throws Exception {
    Programs.require("curl", "curl");
    try (var server = new TestServer(DEMO)) {
      String url = "http://127.0.0.1:" + server.port + "/hello";
      String out = curl("-w", "[%{num_connects}]", url, url, url);
      assertThat(out).isEqualTo("hello[1]hello[0]hello[0]");
      assertThat(curl("-0", url)).isEqualTo("hello");
    }
  }

  @Test
  void curlUploadsWithLengthInChunksAndAfter100Continue() throws Exception {
    Programs.require("curl", "curl");
    byte[] bytes = new byte[2_000_000];
    new Random(1).nextBytes(bytes);
    Path file = Files.write(folder.resolve("upload"), bytes);
    Path back = folder.resolve("back");
    try (var server = new TestServer(DEMO)) {
      String url = "http://127.0.0.1:" + server.port + "/echo";
      for (List<String> how :
          List.of(
              List.of("-H", "Expect:"),
              List.of("-H", "Expect: 100-continue"),
              List.of("-H", "Transfer-Encoding: chunked"))) {
        List<String> arguments = new ArrayList<>(how);
        arguments.addAll(List.of("--data-binary", "@" + file, "-o", back.toString(), url));
        curl(arguments.toArray(new String[0]));
        assertThat(Files.mismatch(file, back)).as("%s", how).isEqualTo(-1);
      }
    }
  }

  @Test
  void curlReadsChunksAndTrailers() throws Exception {
    Programs.require("curl", "curl");
    try (var server = new TestServer(DEMO)) {
      assertThat(curl("-i", "http://127.0.0.1:" + server.port + "/chunks"))
          .contains("piece 0\npiece 1\npiece 2\n");
      assertThat(curl("--raw", "http://127.0.0.1:" + server.port + "/chunks"))
          .endsWith("0\r\nSum: 3\r\n\r\n");
    }
  }

  @Test
  void curlResumesADownload() throws Exception {
    Programs.require("curl", "curl");
    byte[] bytes = new byte[500_000];
    new Random(2).nextBytes(bytes);
    Path file = Files.write(Files.createDirectory(folder.resolve("root")).resolve("a.bin"), bytes);
    Path part = folder.resolve("part");
    try (var server = new TestServer(StaticFiles.of(folder.resolve("root")))) {
      String url = "http://127.0.0.1:" + server.port + "/a.bin";
      curl("-r", "0-99999", "-o", part.toString(), url);
      assertThat(Files.size(part)).isEqualTo(100_000);
      curl("-C", "-", "-o", part.toString(), url);
      assertThat(Files.mismatch(file, part)).isEqualTo(-1);
      assertThat(curl("-r", "0-1,5-6", url)).contains("Content-Range: bytes 5-6/500000");
      assertThat(curl("-o", part.toString(), "-z", file.toString(), "-w", "%{http_code}", url))
          .isEqualTo("304");
    }
  }

  @Test
  void curlSendsForms() throws Exception {
    Programs.require("curl", "curl");
    Path file = Files.writeString(folder.resolve("x.txt"), "content\r\n--\r\n");
    Handler handler =
        (request, response) -> {
          var parts = dev.weft.http.forms.Forms.multipart(request);
          StringBuilder seen = new StringBuilder();
          for (dev.weft.http.forms.Part part; (part = parts.next()) != null; ) {
            seen.append(part.name()).append('/').append(part.fileName()).append('/');
            seen.append(part.contentType()).append('/').append(part.readText(1000)).append('|');
          }
          response.send(seen.toString());
        };
    try (var server = new TestServer(handler)) {
      assertThat(curl("-F", "a=1 2", "-F", "f=@" + file, "http://127.0.0.1:" + server.port + "/"))
          .isEqualTo("a/null/text/plain/1 2|f/x.txt/text/plain/content\r\n--\r\n|");
    }
  }

  @Test
  void abKeepsItsConnectionsAndLosesNoRequest() throws Exception {
    Programs.require("apache2-utils", "ab");
    var served = new AtomicInteger();
    Handler counting =
        (request, response) -> {
          served.incrementAndGet();
          response.send("hello");
        };
    try (var server = new TestServer(counting)) {
      String url = "http://127.0.0.1:" + server.port + "/";
      assertThat(Programs.run("ab", "-q", "-k", "-n", "5000", "-c", "20", url))
          .containsPattern("Complete requests: +5000\n")
          .containsPattern("Failed requests: +0\n")
          .containsPattern("Keep-Alive requests: +5000\n");
      assertThat(Programs.run("ab", "-q", "-n", "1000", "-c", "20", url))
          .containsPattern("Complete requests: +1000\n")
          .containsPattern("Failed requests: +0\n");
      assertThat(served.get()).isGreaterThanOrEqualTo(6000);
    }
  }

  @Test
  void wrkSeesNoErrors() throws Exception {
    Programs.require("wrk", "wrk");
    try (var server = new TestServer(DEMO)) {
      assertThat(
              Programs.run(
                  "wrk", "-t1", "-c50", "-d1s", "http://127.0.0.1:" + server.port + "/hello"))
          .contains("requests in")
          .doesNotContain("Socket errors", "Non-2xx");
    }
  }

  /** Prints what went wrong, or "fine". */
  private static final String PYTHON =
      """
      import http.client, sys, urllib.request
      port = int(sys.argv[1])
      kept = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
      kept.connect()
      first = kept.sock
      def send(*arguments, **more):
          kept.request(*arguments, **more)
          response = kept.getresponse()
          return response.status, response.read()
      assert send("GET", "/hello") == (200, b"hello")
      assert send("HEAD", "/hello") == (200, b"")
      body = bytes(range(256)) * 4000
      assert send("POST", "/echo", body=body) == (200, body)
      assert send("POST", "/echo", body=iter([body, b"x", body]), encode_chunked=True) == (200, body + b"x" + body)
      assert send("GET", "/chunks") == (200, b"piece 0\\npiece 1\\npiece 2\\n")
      assert send("DELETE", "/hello")[0] == 405
      assert kept.sock is first
      url = f"http://127.0.0.1:{port}"
      assert urllib.request.urlopen(url + "/hello", timeout=60).read() == b"hello"
      assert urllib.request.urlopen(url + "/echo", data=b"a=b", timeout=60).read() == b"a=b"
      print("fine")
      """;

  @Test
  void pythonKeepsItsConnection() throws Exception {
    String python = Programs.require("python3", "python3");
    Path script = Files.writeString(folder.resolve("client.py"), PYTHON);
    try (var server = new TestServer(DEMO)) {
      assertThat(Programs.run(python, script.toString(), "" + server.port)).isEqualTo("fine\n");
    }
  }

  private static final String NODE =
      """
      const http = require('http'), assert = require('assert');
      const port = +process.argv[2], agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
      let connections = 0;
      function send(method, path, headers, write) {
        return new Promise((resolve, reject) => {
          const request = http.request({ host: '127.0.0.1', port, method, path, headers, agent });
          const seen = { hints: 0, continued: 0 };
          request.on('socket', () => { if (!request.reusedSocket) connections++; });
          request.on('information', () => seen.hints++);
          request.on('continue', () => { seen.continued++; write(request); });
          request.on('error', reject);
          request.on('response', response => {
            const pieces = [];
            response.on('data', piece => pieces.push(piece));
            response.on('error', reject);
            response.on('end', () => resolve({
              ...seen, status: response.statusCode, body: Buffer.concat(pieces), trailers: response.trailers,
              sawTrailers: response.headers['trailer-seen'] }));
          });
          if (headers && headers.expect) request.flushHeaders();
          else if (write) write(request);
          else request.end();
        });
      }
      (async () => {
        assert.equal((await send('GET', '/hello')).body, 'hello');
        const chunks = await send('GET', '/chunks');
        assert.equal(chunks.body, 'piece 0\\npiece 1\\npiece 2\\n');
        assert.equal(chunks.trailers.sum, '3');
        const body = Buffer.alloc(1000000, 'abc');
        const whole = await send('POST', '/echo', { 'content-length': body.length }, r => r.end(body));
        assert(whole.body.equals(body));
        const trailing = await send('POST', '/echo', { trailer: 'Sum' }, r => {
          r.write(body); r.write('x'); r.addTrailers({ Sum: '1' }); r.end();
        });
        assert.equal(trailing.body.length, body.length + 1);
        assert.equal(trailing.sawTrailers, '1');
        const asked = await send('POST', '/echo', { expect: '100-continue' }, r => r.end('after'));
        assert.equal(asked.continued, 1);
        assert.equal(asked.body, 'after');
        assert.equal((await send('GET', '/early')).hints, 1);
        assert.equal(connections, 1);
        agent.destroy();
        if (typeof fetch === 'function') {
          const url = 'http://127.0.0.1:' + port;
          assert.equal(await (await fetch(url + '/hello')).text(), 'hello');
          assert.equal(await (await fetch(url + '/echo', { method: 'POST', body: 'x' })).text(), 'x');
        }
        console.log('fine');
        process.exit(0);
      })().catch(e => { console.log(e); process.exit(1); });
      """;

  @Test
  void nodeKeepsItsConnection() throws Exception {
    String node = Programs.require("nodejs", "node");
    Path script = Files.writeString(folder.resolve("client.js"), NODE);
    try (var server = new TestServer(DEMO)) {
      assertThat(Programs.run(node, script.toString(), "" + server.port)).isEqualTo("fine\n");
    }
  }

  @Test
  void h2loadFindsAllRequestsAnswered() throws Exception {
    String h2load = Programs.require("nghttp2-client", "h2load");
    try (var server = new TestServer(DEMO)) {
      String url = "http://127.0.0.1:" + server.port + "/hello";
      assertThat(Programs.run(h2load, "--h1", "-n", "5000", "-c", "20", "-m", "8", url))
          .contains("5000 succeeded, 0 failed, 0 errored, 0 timeout");
    }
  }
}
