package dev.weft.agent.runtime;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The changes to one class of the JDK. They replace bodies of methods, which is all that
 * retransformation allows.
 */
final class Patch {
  /**
   * @param fits what the method's code must contain for the change to have an effect
   */
  private record Change(
      String method,
      MethodTypeDesc type,
      CodeTransform code,
      boolean required,
      Predicate<CodeModel> fits) {}

  private final String className;
  private final List<Change> changes = new ArrayList<>();

  /**
   * @param className binary name, with dots
   */
  Patch(String className) {
    this.className = className;
  }

  String className() {
    return className;
  }

  /** Replaces instructions; the method must have at least one of them. */
  Patch replace(
      String method,
      MethodTypeDesc type,
      Predicate<CodeElement> old,
      Consumer<CodeBuilder> replacement) {
    CodeTransform code =
        (builder, element) -> {
          if (old.test(element)) {
            replacement.accept(builder);
          } else {
            builder.with(element);
          }
        };
    changes.add(new Change(method, type, code, true, body -> body.elementStream().anyMatch(old)));
    return this;
  }

  /** Inserts instructions before the body of a method. */
  Patch prepend(String method, MethodTypeDesc type, Consumer<CodeBuilder> prologue) {
    changes.add(new Change(method, type, before(prologue), true, _ -> true));
    return this;
  }

  /** Inserts instructions before the body of a method that some JDKs lack. */
  Patch prependIfPresent(String method, MethodTypeDesc type, Consumer<CodeBuilder> prologue) {
    changes.add(new Change(method, type, before(prologue), false, _ -> true));
    return this;
  }

  private static CodeTransform before(Consumer<CodeBuilder> prologue) {
    return CodeTransform.ofStateful(() ->
        new CodeTransform() {
          @Override
          public void atStart(CodeBuilder builder) {
            prologue.accept(builder);
          }

          @Override
          public void accept(CodeBuilder builder, CodeElement element) {
            builder.with(element);
          }
        });
  }

  /**
   * The patched class.
   *
   * @throws DoesNotFitException when the class lacks one of the methods, or the code in it that is
   *     to be changed
   */
  byte[] apply(byte[] original) throws DoesNotFitException {
    ClassFile context = ClassFile.of();
    ClassModel model = context.parse(original);
    ClassTransform transform = ClassTransform.ACCEPT_ALL;
    for (Change change : changes) {
      if (change.required
          && model.methods().stream()
              .filter(method -> matches(method, change))
              .noneMatch(method -> method.code().filter(change.fits).isPresent())) {
        throw new DoesNotFitException(
            className
                + " has no method "
                + change.method
                + change.type.displayDescriptor()
                + " with the code to be changed");
      }
      transform =
          transform.andThen(
              ClassTransform.transformingMethodBodies(m -> matches(m, change), change.code));
    }
    return context.transformClass(model, transform);
  }

  private static boolean matches(MethodModel method, Change change) {
    return method.methodName().equalsString(change.method)
        && method.methodTypeSymbol().equals(change.type);
  }
}
