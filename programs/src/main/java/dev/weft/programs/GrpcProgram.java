package dev.weft.programs;

import static dev.weft.programs.Report.require;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** gRPC on Netty's threads, with the calls of server and client on virtual threads. */
final class GrpcProgram implements Program {
  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream in) {
      try {
        return in.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final MethodDescriptor<byte[], byte[]> ECHO = method(MethodType.UNARY, "Echo");
  private static final MethodDescriptor<byte[], byte[]> COUNT =
      method(MethodType.SERVER_STREAMING, "Count");
  private static final MethodDescriptor<byte[], byte[]> CHAT =
      method(MethodType.BIDI_STREAMING, "Chat");
  private static final MethodDescriptor<byte[], byte[]> SLEEP = method(MethodType.UNARY, "Sleep");
  private static final int MESSAGES = 2000;

  private static MethodDescriptor<byte[], byte[]> method(MethodType type, String name) {
    return MethodDescriptor.<byte[], byte[]>newBuilder(new Bytes(), new Bytes())
        .setType(type)
        .setFullMethodName(MethodDescriptor.generateFullMethodName("weft.Bytes", name))
        .build();
  }

  private static ServerServiceDefinition service() {
    return ServerServiceDefinition.builder("weft.Bytes")
        .addMethod(
            ECHO,
            ServerCalls.asyncUnaryCall((request, answer) -> {
              require(Thread.currentThread().isVirtual(), "a platform thread serves");
              answer.onNext(request);
              answer.onCompleted();
            }))
        .addMethod(
            COUNT,
            ServerCalls.asyncServerStreamingCall((_, answer) -> {
              for (int i = 0; i < MESSAGES; i++) {
                answer.onNext(new byte[] {(byte) i});
              }
              answer.onCompleted();
            }))
        .addMethod(
            SLEEP,
            ServerCalls.asyncUnaryCall((_, answer) -> {
              try {
                Thread.sleep(TimeUnit.SECONDS.toMillis(60));
                answer.onCompleted();
              } catch (InterruptedException e) {
                answer.onError(e);
              }
            }))
        .addMethod(CHAT, ServerCalls.asyncBidiStreamingCall(GrpcProgram::echoEach))
        .build();
  }

  private static StreamObserver<byte[]> echoEach(StreamObserver<byte[]> answer) {
    return new StreamObserver<>() {
      @Override
      public void onNext(byte[] message) {
        answer.onNext(message);
      }

      @Override
      public void onError(Throwable reason) {
        // the client is gone
      }

      @Override
      public void onCompleted() {
        answer.onCompleted();
      }
    };
  }

  @Override
  public void check(Report report) throws Exception {
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Ports.free());
    Server server =
        NettyServerBuilder.forAddress(address)
            .executor(threads)
            .addService(service())
            .build()
            .start();
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(address).usePlaintext().executor(threads).build();
    report.check("calls of many threads", () -> call(channel));
    report.check("a stream from the server", () -> count(channel));
    report.check("streams both ways", () -> chat(channel));
    report.check("a deadline passes", () -> deadline(channel));
    report.check("calls after that", () -> call(channel));
    report.check(
        "the client stops",
        () -> {
          channel.shutdownNow();
          require(channel.awaitTermination(60, TimeUnit.SECONDS), "goes on");
        });
    report.check(
        "the server stops",
        () -> {
          server.shutdownNow();
          require(server.awaitTermination(60, TimeUnit.SECONDS), "goes on");
        });
    threads.shutdownNow();
  }

  private static void call(ManagedChannel channel) throws Exception {
    Crowd.run(
        64,
        number -> {
          Random random = new Random(number);
          for (int i = 0; i < 50; i++) {
            byte[] request = new byte[random.nextInt(10_000)];
            random.nextBytes(request);
            byte[] answer =
                ClientCalls.blockingUnaryCall(channel, ECHO, CallOptions.DEFAULT, request);
            require(Arrays.equals(answer, request), "another answer");
          }
        });
  }

  private static void count(ManagedChannel channel) {
    Iterator<byte[]> answers =
        ClientCalls.blockingServerStreamingCall(channel, COUNT, CallOptions.DEFAULT, new byte[0]);
    int count = 0;
    while (answers.hasNext()) {
      require(answers.next()[0] == (byte) count, "another message");
      count++;
    }
    require(count == MESSAGES, "ended after " + count);
  }

  private static void chat(ManagedChannel channel) throws InterruptedException {
    BlockingQueue<byte[]> received = new ArrayBlockingQueue<>(16);
    CountDownLatch completed = new CountDownLatch(1);
    StreamObserver<byte[]> requests =
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(CHAT, CallOptions.DEFAULT),
            new StreamObserver<>() {
              @Override
              public void onNext(byte[] message) {
                received.add(message);
              }

              @Override
              public void onError(Throwable reason) {
                completed.countDown();
              }

              @Override
              public void onCompleted() {
                completed.countDown();
              }
            });
    for (int i = 0; i < MESSAGES; i++) {
      requests.onNext(new byte[] {(byte) i});
      require(received.take()[0] == (byte) i, "another message");
    }
    requests.onCompleted();
    completed.await();
  }

  private static void deadline(ManagedChannel channel) {
    try {
      byte[] answer =
          ClientCalls.blockingUnaryCall(
              channel,
              SLEEP,
              CallOptions.DEFAULT.withDeadlineAfter(200, TimeUnit.MILLISECONDS),
              new byte[0]);
      throw new AssertionError("answered " + answer.length + " bytes");
    } catch (StatusRuntimeException e) {
      require(e.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED, "another failure: " + e);
    }
  }
}
