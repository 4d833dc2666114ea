package dev.weft.agent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatchTest {
  private static final MethodTypeDesc INT = MethodTypeDesc.of(ConstantDescs.CD_int);

  /** What is patched. */
  static final class Subject {
    static int answer() {
      return 42;
    }
  }

  @Test
  void aMethodThatIsMissingDoesNotFit() {
    Patch patch = new Patch("Subject").prepend("question", INT, _ -> {});
    assertThatThrownBy(() -> patch.apply(subject()))
        .isInstanceOf(DoesNotFitException.class)
        .hasMessageContaining("question");
  }

  @Test
  void codeThatIsMissingDoesNotFit() {
    assertThatThrownBy(() -> replacing(41).apply(subject()))
        .isInstanceOf(DoesNotFitException.class)
        .hasMessageContaining("answer");
  }

  @Test
  void codeThatIsThereIsReplaced() throws Exception {
    assertThat(replacing(42).apply(subject())).isNotEqualTo(subject());
  }

  @ParameterizedTest
  @CsvSource({
    "sun.nio.ch.NioSocketImpl, tryRead",
    "sun.nio.ch.SocketChannelImpl, tryRead",
    "sun.nio.ch.SocketChannelImpl, implRead"
  })
  void readsAskWhetherThereIsSomething(String type, String method) throws Exception {
    Patch patch =
        JdkPatches.shortReads().stream()
            .filter(each -> each.className().equals(type))
            .findFirst()
            .orElseThrow();
    byte[] patched;
    try (InputStream in =
        ClassLoader.getSystemResourceAsStream(type.replace('.', '/') + ".class")) {
      patched = patch.apply(in.readAllBytes());
    }
    Set<String> called =
        ClassFile.of().parse(patched).methods().stream()
            .filter(each -> each.methodName().equalsString(method))
            .flatMap(each -> each.code().orElseThrow().elementStream())
            .filter(InvokeInstruction.class::isInstance)
            .map(each -> ((InvokeInstruction) each).name().stringValue())
            .collect(Collectors.toSet());
    assertThat(called).contains("isDrained", "readReturned");
  }

  private static Patch replacing(int constant) {
    return new Patch("Subject")
        .replace(
            "answer",
            INT,
            element ->
                element instanceof ConstantInstruction load
                    && load.constantValue().equals(constant),
            code -> code.loadConstant(1));
  }

  private static byte[] subject() throws IOException {
    try (InputStream in = Subject.class.getResourceAsStream("PatchTest$Subject.class")) {
      return in.readAllBytes();
    }
  }
}
