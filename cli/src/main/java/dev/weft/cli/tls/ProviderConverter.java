package dev.weft.cli.tls;

import dev.weft.net.tls.TlsProvider;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts the names of TLS providers, which are in small letters. */
final class ProviderConverter implements ITypeConverter<TlsProvider> {
  @Override
  public TlsProvider convert(String value) {
    return switch (value) {
      case "jdk" -> TlsProvider.JDK;
      case "boringssl" -> TlsProvider.BORINGSSL;
      default -> throw new TypeConversionException("must be jdk or boringssl, not " + value);
    };
  }
}
