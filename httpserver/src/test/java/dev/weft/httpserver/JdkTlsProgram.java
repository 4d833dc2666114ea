package dev.weft.httpserver;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.TrustManagerFactory;

/** A program written for the JDK's {@link HttpsServer}, which knows nothing of Weft. */
public final class JdkTlsProgram {
  private static final char[] PASSWORD = "password".toCharArray();

  private JdkTlsProgram() {}

  public static void main(String[] arguments) throws Exception {
    SSLContext withKey = context(true);
    SSLContext withoutKey = context(false);
    show("as the context has it", new HttpsConfigurator(withKey), withKey);
    show("old setters, with a certificate", oldSetters(withKey), withKey);
    show("old setters, without one", oldSetters(withKey), withoutKey);
    show("parameters, with a certificate", parameters(withKey), withKey);
    show("parameters, without one", parameters(withKey), withoutKey);
    show("no configurator", null, withKey);
    System.exit(0); // threads of clients may go on
  }

  private static HttpsConfigurator oldSetters(SSLContext context) {
    return new HttpsConfigurator(context) {
      @Override
      @SuppressWarnings("deprecation")
      public void configure(HttpsParameters parameters) {
        parameters.setProtocols(new String[] {"TLSv1.2"});
        parameters.setNeedClientAuth(true);
        System.out.println(
            "from loopback: " + parameters.getClientAddress().getAddress().isLoopbackAddress());
        System.out.println("its own: " + (parameters.getHttpsConfigurator() == this));
      }
    };
  }

  private static HttpsConfigurator parameters(SSLContext context) {
    return new HttpsConfigurator(context) {
      @Override
      public void configure(HttpsParameters parameters) {
        SSLParameters all = getSSLContext().getDefaultSSLParameters();
        all.setNeedClientAuth(true);
        parameters.setSSLParameters(all);
      }
    };
  }

  private static void show(String what, HttpsConfigurator configurator, SSLContext client)
      throws Exception {
    System.out.println("-- " + what);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    System.err.println(server.getClass().getPackageName());
    if (configurator != null) {
      server.setHttpsConfigurator(configurator);
    }
    System.out.println("configurator kept: " + (server.getHttpsConfigurator() == configurator));
    server.createContext("/", JdkTlsProgram::answer);
    server
        .createContext("/private", JdkTlsProgram::answer)
        .setAuthenticator(
            new BasicAuthenticator("realm") {
              @Override
              public boolean checkCredentials(String user, String password) {
                return user.equals("user");
              }
            });
    server.start();
    try {
      String base = "https://127.0.0.1:" + server.getAddress().getPort();
      ask(client, base + "/page?q=1");
      ask(client, base + "/private");
    } finally {
      server.stop(0);
    }
  }

  private static void answer(HttpExchange exchange) throws IOException {
    HttpsExchange secured = (HttpsExchange) exchange;
    String peer;
    try {
      peer = secured.getSSLSession().getPeerPrincipal().getName();
    } catch (SSLPeerUnverifiedException e) {
      peer = "nobody";
    }
    exchange.setAttribute("seen", peer);
    String body =
        exchange.getRequestMethod()
            + " "
            + exchange.getRequestURI()
            + " "
            + secured.getSSLSession().getProtocol()
            + " from "
            + exchange.getAttribute("seen")
            + ", user "
            + exchange.getPrincipal()
            + ", server "
            + (exchange.getHttpContext().getServer() instanceof HttpsServer);
    exchange.getResponseHeaders().set("X-Answer", "yes");
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(200, bytes.length);
    try (exchange) {
      exchange.getResponseBody().write(bytes);
    }
  }

  private static void ask(SSLContext context, String uri) throws Exception {
    String credentials = Base64.getEncoder().encodeToString("user:x".getBytes(US_ASCII));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(uri))
            .header("Authorization", "Basic " + credentials)
            .build();
    HttpClient client =
        HttpClient.newBuilder()
            .sslContext(context)
            .proxy(HttpClient.Builder.NO_PROXY)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    try {
      var answer = client.send(request, BodyHandlers.ofString());
      System.out.println(
          answer.statusCode()
              + " "
              + answer.headers().firstValue("X-Answer")
              + " "
              + answer.body());
    } catch (IOException e) {
      System.out.println("no answer");
    }
  }

  private static SSLContext context(boolean hasKey) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    Certificate certificate;
    try (InputStream in = JdkTlsProgram.class.getResourceAsStream("localhost.pem")) {
      certificate = CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
    store.setCertificateEntry("trusted", certificate);
    if (hasKey) {
      store.setKeyEntry("key", key(), PASSWORD, new Certificate[] {certificate});
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, PASSWORD);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static PrivateKey key() throws Exception {
    try (InputStream in = JdkTlsProgram.class.getResourceAsStream("localhost-key.pem")) {
      String pem = new String(in.readAllBytes(), US_ASCII);
      byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]*-----", ""));
      return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
    }
  }
}
