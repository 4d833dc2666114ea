package dev.weft.cli.proxy.report;

import dev.weft.cli.proxy.forward.Session;
import dev.weft.net.tls.TlsConn;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLSession;

/** The fields of the access log about TLS. */
final class TlsFields {
  private TlsFields() {}

  /** Fields with a space before each; nothing for a connection without TLS. */
  static String of(Session session) {
    StringBuilder fields = new StringBuilder();
    TlsConn client = session.clientTls();
    if (client != null) {
      append(fields, "tls", client);
      fields.append(" sni=").append(name(client.session()));
      String protocol = client.applicationProtocol();
      fields.append(" alpn=").append(protocol.isEmpty() ? "-" : protocol);
    }
    TlsConn target = session.targetTls();
    if (target != null) {
      append(fields, "target-tls", target);
    }
    return fields.toString();
  }

  /** The version, the cipher suite, and whether the session was resumed. */
  private static void append(StringBuilder fields, String key, TlsConn conn) {
    fields
        .append(' ')
        .append(key)
        .append('=')
        .append(conn.protocol())
        .append('/')
        .append(conn.session().getCipherSuite())
        .append(conn.isResumed() ? "/resumed" : "/full");
  }

  private static String name(SSLSession session) {
    if (session instanceof ExtendedSSLSession extended) {
      List<SNIServerName> names = extended.getRequestedServerNames();
      if (!names.isEmpty() && names.getFirst() instanceof SNIHostName host) {
        return host.getAsciiName();
      }
    }
    return "-";
  }
}
