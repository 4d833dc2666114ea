package dev.weft.cli.proxy.config;

import dev.weft.cli.proxy.settings.Balance;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts the names of {@link Balance}, which are in small letters with hyphens. */
final class BalanceConverter implements ITypeConverter<Balance> {
  @Override
  public Balance convert(String value) {
    for (Balance each : Balance.values()) {
      if (each.name().replace('_', '-').toLowerCase(Locale.ROOT).equals(value)) {
        return each;
      }
    }
    throw new TypeConversionException(
        "must be least-connections, round-robin or client, not " + value);
  }
}
