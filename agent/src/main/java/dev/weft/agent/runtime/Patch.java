package dev.weft.agent.runtime;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What is changed in one class of the JDK: the bodies of some of its methods. Retransformation
 * allows no more.
 */
final class Patch {
  private record Change(String method, MethodTypeDesc type, CodeTransform code, boolean required) {}

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

  /** Applies {@code code} to the body of a method. */
  Patch change(String method, MethodTypeDesc type, CodeTransform code) {
    changes.add(new Change(method, type, code, true));
    return this;
  }

  /** Puts instructions before the body of a method. */
  Patch prepend(String method, MethodTypeDesc type, Consumer<CodeBuilder> prologue) {
    changes.add(new Change(method, type, before(prologue), true));
    return this;
  }

  /** The same for a method that not every JDK has. */
  Patch prependIfPresent(String method, MethodTypeDesc type, Consumer<CodeBuilder> prologue) {
    changes.add(new Change(method, type, before(prologue), false));
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
   * @throws DoesNotFitException when the class lacks one of the methods, or one has no body
   */
  byte[] apply(byte[] original) throws DoesNotFitException {
    ClassFile context = ClassFile.of();
    ClassModel model = context.parse(original);
    ClassTransform transform = ClassTransform.ACCEPT_ALL;
    for (Change change : changes) {
      if (change.required
          && model.methods().stream().noneMatch(m -> matches(m, change) && m.code().isPresent())) {
        throw new DoesNotFitException(
            className + " has no method " + change.method + change.type.displayDescriptor());
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
