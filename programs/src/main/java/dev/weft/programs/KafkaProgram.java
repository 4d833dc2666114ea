package dev.weft.programs;

import static dev.weft.programs.Report.require;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Kafka's clients on virtual threads, and a KRaft broker in a process of its own. */
final class KafkaProgram implements Program {
  private static final String TOPIC = "numbers";
  private static final int PRODUCERS = 16;
  private static final int EACH = 200;
  private static final String CLUSTER = "4L6g3nShT-eMCtK--X86sw";

  @Override
  public void check(Report report) throws Exception {
    Path folder = Files.createTempDirectory("kafka");
    int port = Ports.free();
    Process broker = broker(folder, port);
    try {
      String address = "127.0.0.1:" + port;
      report.check("creates a topic", () -> create(address));
      report.check("threads share a producer", () -> produce(address));
      report.check("consumers of a group divide the topic", () -> consume(address));
      report.check("a poll is woken", () -> wakeup(address));
    } finally {
      broker.destroy();
      if (!broker.waitFor(20, TimeUnit.SECONDS)) {
        broker.destroyForcibly();
      }
    }
  }

  private static Process broker(Path folder, int port) throws Exception {
    Path config =
        Files.writeString(
            folder.resolve("server.properties"),
            """
            process.roles=broker,controller
            node.id=1
            controller.quorum.voters=1@127.0.0.1:%2$d
            listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
            advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
            controller.listener.names=CONTROLLER
            listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
            log.dirs=%3$s
            offsets.topic.replication.factor=1
            offsets.topic.num.partitions=4
            group.initial.rebalance.delay.ms=0
            num.network.threads=1
            num.io.threads=2
            """
                .formatted(port, Ports.free(), folder.resolve("log")));
    Process format =
        java(folder, "kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", config.toString());
    if (!format.waitFor(60, TimeUnit.SECONDS) || format.exitValue() != 0) {
      format.destroyForcibly();
      throw new IOException(Files.readString(folder.resolve("output")));
    }
    Process broker = java(folder, "kafka.Kafka", config.toString());
    for (int i = 0; !isOpen(port); i++) {
      if (i == 600 || !broker.isAlive()) {
        broker.destroyForcibly();
        throw new IOException(Files.readString(folder.resolve("output")));
      }
      Thread.sleep(100);
    }
    return broker;
  }

  private static boolean isOpen(int port) {
    try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static Process java(Path folder, String main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-cp", System.getProperty("java.class.path"), main));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("output").toFile())
        .start();
  }

  private static void create(String address) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
      admin.createTopics(List.of(new NewTopic(TOPIC, 4, (short) 1))).all().get();
      require(admin.listTopics().names().get().contains(TOPIC), "no topic");
    }
  }

  private static void produce(String address) throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", address, "linger.ms", 0),
            new StringSerializer(),
            new StringSerializer())) {
      Crowd.run(
          PRODUCERS,
          number -> {
            for (int i = 0; i < EACH; i++) {
              String value = number + "-" + i;
              producer.send(new ProducerRecord<>(TOPIC, value, value)).get();
            }
          });
    }
  }

  private static KafkaConsumer<String, String> consumer(String address) {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers", address, "group.id", "readers", "auto.offset.reset", "earliest"),
        new StringDeserializer(),
        new StringDeserializer());
  }

  private static void consume(String address) throws Exception {
    Set<String> received = new TreeSet<>();
    Crowd.run(
        2,
        _ -> {
          try (KafkaConsumer<String, String> consumer = consumer(address)) {
            consumer.subscribe(List.of(TOPIC));
            while (size(received) < PRODUCERS * EACH) {
              for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                synchronized (received) {
                  received.add(record.value());
                }
              }
              consumer.commitSync();
            }
          }
        });
  }

  private static int size(Set<String> received) {
    synchronized (received) {
      return received.size();
    }
  }

  private static void wakeup(String address) throws InterruptedException {
    try (KafkaConsumer<String, String> consumer = consumer(address)) {
      consumer.subscribe(List.of(TOPIC));
      Thread waker =
          Thread.startVirtualThread(() -> {
            try {
              Thread.sleep(500);
            } catch (InterruptedException e) {
              return;
            }
            consumer.wakeup();
          });
      try {
        while (true) {
          consumer.poll(Duration.ofSeconds(60));
        }
      } catch (WakeupException e) {
        waker.join();
      }
    }
  }
}
