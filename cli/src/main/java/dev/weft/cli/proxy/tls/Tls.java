package dev.weft.cli.proxy.tls;

import dev.weft.cli.proxy.settings.ClientTls;
import dev.weft.cli.proxy.settings.OptionException;
import dev.weft.cli.proxy.settings.Settings;
import dev.weft.cli.proxy.settings.TargetTls;
import dev.weft.net.tls.TlsStats;
import org.jspecify.annotations.Nullable;

/**
 * TLS of a proxy, with either side or both.
 *
 * @param clients null when it is not spoken with clients
 * @param targets null when it is not spoken with targets
 * @param earlierClients the handshakes with clients under settings that were replaced
 * @param earlierTargets the same with targets
 */
public record Tls(
    @Nullable ClientSide clients,
    @Nullable TargetSide targets,
    TlsStats earlierClients,
    TlsStats earlierTargets) {
  public static final Tls NONE = new Tls(null, null, TlsStats.NONE, TlsStats.NONE);

  /**
   * TLS by these settings. A side whose settings and authorities are the same stays: clients go on
   * resuming its sessions.
   *
   * @throws OptionException when a file does not work
   */
  public Tls by(Settings settings) {
    ClientTls ofClients = settings.clientTls();
    TargetTls ofTargets = settings.targetTls();
    boolean keepsClients = clients != null && ofClients != null && clients.isFor(ofClients);
    boolean keepsTargets = targets != null && ofTargets != null && targets.isFor(ofTargets);
    return new Tls(
        keepsClients ? clients : ofClients == null ? null : new ClientSide(ofClients),
        keepsTargets ? targets : ofTargets == null ? null : new TargetSide(ofTargets),
        keepsClients ? earlierClients : clientStats(),
        keepsTargets ? earlierTargets : targetStats());
  }

  /** The handshakes with clients so far, but for those that end on replaced settings. */
  public TlsStats clientStats() {
    return clients == null ? earlierClients : earlierClients.plus(clients.stats());
  }

  public TlsStats targetStats() {
    return targets == null ? earlierTargets : earlierTargets.plus(targets.stats());
  }
}
