package dev.weft.agent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import org.junit.jupiter.api.Test;

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
