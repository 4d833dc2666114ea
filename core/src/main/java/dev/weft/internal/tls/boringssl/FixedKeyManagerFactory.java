package dev.weft.internal.tls.boringssl;

import java.security.KeyStore;
import java.security.Provider;
import java.security.Security;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.KeyManagerFactorySpi;
import javax.net.ssl.ManagerFactoryParameters;

/** A factory that returns a given key manager, because netty only accepts factories. */
final class FixedKeyManagerFactory extends KeyManagerFactory {
  private static final Provider PROVIDER = Security.getProviders()[0];

  FixedKeyManagerFactory(KeyManager manager) {
    super(new Spi(manager), PROVIDER, "weft");
  }

  private static final class Spi extends KeyManagerFactorySpi {
    private final KeyManager manager;

    Spi(KeyManager manager) {
      this.manager = manager;
    }

    @Override
    protected void engineInit(KeyStore store, char[] password) {}

    @Override
    protected void engineInit(ManagerFactoryParameters parameters) {}

    @Override
    protected KeyManager[] engineGetKeyManagers() {
      return new KeyManager[] {manager};
    }
  }
}
