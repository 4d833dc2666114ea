package dev.weft.agent.runtime;

import static java.lang.constant.ConstantDescs.CD_MethodHandle;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CLASS_INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * The class in {@code java.lang} through which patched code of the JDK calls the agent.
 *
 * <p>Patched code can name only classes of the boot loader. Putting a jar on its search path would
 * switch class-data sharing off for the application, so two generated classes are defined there
 * instead: one holds an array of objects, and the other copies them into constants when it is
 * initialized. The JIT compiler inlines constant method handles, so a hook costs as much as a call.
 */
final class HookClass {
  private static final ClassDesc SLOTS = ClassDesc.of("java.lang.WeftSlots");
  private static final ClassDesc HOOKS = ClassDesc.of("java.lang.WeftHooks");
  private static final ClassDesc OBJECTS = CD_Object.arrayType();
  private static final ClassDesc EXECUTOR = Executor.class.describeConstable().orElseThrow();
  private static final int CONSTANT =
      ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC | ClassFile.ACC_FINAL;
  private static final int PUBLIC_STATIC = ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC;
  private static final String SCHEDULER = "SCHEDULER";
  private static final String VALUES = "VALUES";

  private record Hook(String name, MethodHandle target) {
    MethodTypeDesc type() {
      return target.type().describeConstable().orElseThrow();
    }

    String field() {
      return name + "Handle";
    }
  }

  private final Executor scheduler;
  private final List<Hook> hooks = new ArrayList<>();

  HookClass(Executor scheduler) {
    this.scheduler = scheduler;
  }

  /** Adds a static method that calls {@code target}, with its parameters and result. */
  HookClass add(String name, MethodHandle target) {
    hooks.add(new Hook(name, target));
    return this;
  }

  /**
   * Defines the classes.
   *
   * @param javaLang full access to {@code java.lang}
   */
  void define(MethodHandles.Lookup javaLang) throws ReflectiveOperationException {
    Object[] values = new Object[1 + hooks.size()];
    values[0] = scheduler;
    for (int i = 0; i < hooks.size(); i++) {
      values[1 + i] = hooks.get(i).target;
    }
    Class<?> slots = javaLang.defineClass(slotsFile());
    javaLang.findStaticVarHandle(slots, VALUES, Object[].class).set(values);
    javaLang.ensureInitialized(javaLang.defineClass(hooksFile()));
  }

  /** Loads the scheduler, in patched code. */
  static void loadScheduler(CodeBuilder code) {
    code.getstatic(HOOKS, SCHEDULER, EXECUTOR);
  }

  /** Calls the hook of this name, in patched code. */
  static void call(CodeBuilder code, String hook, MethodTypeDesc type) {
    code.invokestatic(HOOKS, hook, type);
  }

  private static byte[] slotsFile() {
    return ClassFile.of()
        .build(
            SLOTS,
            type ->
                type.withFlags(ClassFile.ACC_FINAL)
                    .withField(VALUES, OBJECTS, ClassFile.ACC_STATIC));
  }

  private byte[] hooksFile() {
    return ClassFile.of()
        .build(
            HOOKS,
            type -> {
              type.withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL)
                  .withField(SCHEDULER, EXECUTOR, CONSTANT)
                  .withMethodBody(
                      CLASS_INIT_NAME, MTD_void, ClassFile.ACC_STATIC, this::initialize);
              hooks.forEach(hook -> withHook(type, hook));
            });
  }

  private static void withHook(ClassBuilder type, Hook hook) {
    type.withField(hook.field(), CD_MethodHandle, CONSTANT)
        .withMethodBody(hook.name, hook.type(), PUBLIC_STATIC, code -> forward(code, hook));
  }

  private static void forward(CodeBuilder code, Hook hook) {
    code.getstatic(HOOKS, hook.field(), CD_MethodHandle);
    MethodTypeDesc type = hook.type();
    for (int i = 0; i < type.parameterCount(); i++) {
      code.loadLocal(TypeKind.from(type.parameterType(i)), code.parameterSlot(i));
    }
    code.invokevirtual(CD_MethodHandle, "invokeExact", type)
        .return_(TypeKind.from(type.returnType()));
  }

  private void initialize(CodeBuilder code) {
    loadSlot(code, 0, EXECUTOR);
    code.putstatic(HOOKS, SCHEDULER, EXECUTOR);
    for (int i = 0; i < hooks.size(); i++) {
      loadSlot(code, 1 + i, CD_MethodHandle);
      code.putstatic(HOOKS, hooks.get(i).field(), CD_MethodHandle);
    }
    code.aconst_null().putstatic(SLOTS, VALUES, OBJECTS).return_();
  }

  private static void loadSlot(CodeBuilder code, int index, ClassDesc type) {
    code.getstatic(SLOTS, VALUES, OBJECTS).loadConstant(index).aaload().checkcast(type);
  }
}
