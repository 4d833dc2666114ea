package dev.weft.agent.runtime;

import java.lang.instrument.ClassFileTransformer;
import java.security.ProtectionDomain;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Applies the patches whenever the JVM loads or retransforms one of their classes. */
final class PatchTransformer implements ClassFileTransformer {
  private final Map<String, Patch> byName = new HashMap<>();
  private volatile @Nullable Throwable failure;

  PatchTransformer(List<Patch> patches) {
    for (Patch patch : patches) {
      byName.put(patch.className().replace('.', '/'), patch);
    }
  }

  /** The reason why a class was not changed; {@code null} if all were. */
  @Nullable Throwable failure() {
    return failure;
  }

  @Override
  public byte @Nullable [] transform(
      @Nullable ClassLoader loader,
      @Nullable String name,
      @Nullable Class<?> redefined,
      @Nullable ProtectionDomain domain,
      byte[] original) {
    Patch patch = loader == null && name != null ? byName.get(name) : null;
    if (patch == null) {
      return null;
    }
    try {
      return patch.apply(original);
    } catch (DoesNotFitException | RuntimeException e) {
      failure = e; // The JVM ignores exceptions of transformers.
      return null;
    }
  }
}
