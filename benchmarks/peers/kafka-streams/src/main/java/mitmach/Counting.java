package mitmach;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * Counts events per post and type in a RocksDB store, with Kafka Streams.
 *
 * <p>Arguments: bootstrap, topic, events, events before them, guarantee, folder, milliseconds from
 * one commit to the next, MiB of the cache, process id of the broker or 0. The processor API on one
 * thread, the store cached as in the DSL; JSON by a streaming parser that stops at what it needs.
 * Rate and processor time are those of the events, from the commit of those before, when the Java
 * machine has warmed up, to the commit of the last; "cold" is the rate of those before.
 */
public final class Counting {
  private static final JsonFactory JSON = new JsonFactory();

  private static long warmUp;
  private static long total;
  // Written by the one thread that counts.
  private static volatile long seen;
  private static volatile long began;

  private Counting() {}

  static String key(byte[] value) {
    String type = null;
    String post = null;
    try (JsonParser parser = JSON.createParser(value)) {
      for (JsonToken token = parser.nextToken();
          token != null && (type == null || post == null);
          token = parser.nextToken()) {
        if (token != JsonToken.FIELD_NAME) {
          continue;
        }
        String name = parser.currentName();
        if (name.equals("type") && type == null) {
          type = parser.nextTextValue();
        } else if (name.equals("post_id")) {
          post = parser.nextTextValue();
        }
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return post + "|" + type;
  }

  /** What has been used until a moment: time, this process's processor time, the broker's. */
  record Used(long nanoseconds, double own, double broker) {
    static Used now(long broker) {
      var system =
          (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      double beside =
          ProcessHandle.of(broker)
              .flatMap(process -> process.info().totalCpuDuration())
              .map(duration -> duration.toNanos() / 1e9)
              .orElse(0.0);
      return new Used(System.nanoTime(), system.getProcessCpuTime() / 1e9, beside);
    }
  }

  static final class Counter implements Processor<String, byte[], Void, Void> {
    private ProcessorContext<Void, Void> context;
    private KeyValueStore<String, Long> counts;

    @Override
    public void init(ProcessorContext<Void, Void> context) {
      this.context = context;
      counts = context.getStateStore("counts");
    }

    @Override
    public void process(Record<String, byte[]> record) {
      String key = key(record.value());
      Long before = counts.get(key);
      counts.put(key, before == null ? 1L : before + 1);
      long now = seen + 1;
      seen = now;
      if (now == 1) {
        began = System.nanoTime();
      }
      if (now == warmUp || now == total) {
        context.commit();
      }
    }
  }

  /** Waits until so many events are counted, and that is committed. */
  static void committed(long events, Admin admin, String group) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(180).toNanos();
    while (seen < events || stored(admin, group) < events) {
      if (System.nanoTime() > deadline) {
        System.err.println("only " + seen + " events were counted within three minutes");
        System.exit(1);
      }
      Thread.sleep(2);
    }
  }

  /** How many events have been committed: the topic is read from its first offset, which is 0. */
  static long stored(Admin admin, String group) throws ExecutionException, InterruptedException {
    return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().values()
        .stream()
        .filter(Objects::nonNull)
        .mapToLong(OffsetAndMetadata::offset)
        .sum();
  }

  public static void main(String[] arguments) throws Exception {
    String topic = arguments[1];
    warmUp = Long.parseLong(arguments[3]);
    total = Long.parseLong(arguments[2]) + warmUp;
    long broker = Long.parseLong(arguments[8]);
    String application = "streams-" + UUID.randomUUID();
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0]);
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, arguments[4]);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, arguments[5]);
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, Long.parseLong(arguments[6]));
    settings.put(
        StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, Long.parseLong(arguments[7]) << 20);
    settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
    // Has to be longer than the time from commit to commit.
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), 60_000);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");

    StreamsBuilder builder = new StreamsBuilder();
    builder.addStateStore(
        Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore("counts"), Serdes.String(), Serdes.Long())
            .withCachingEnabled());
    builder
        .stream(topic, Consumed.with(Serdes.String(), Serdes.ByteArray()))
        .process(Counter::new, "counts");

    KafkaStreams streams = new KafkaStreams(builder.build(), settings);
    Properties connection = new Properties();
    connection.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0]);
    Admin admin = Admin.create(connection);
    streams.start();
    committed(warmUp, admin, application);
    long before = seen;
    Used start = Used.now(broker);
    committed(total, admin, application);
    Used end = Used.now(broker);
    long memory = 0;
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        memory = Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
      }
    }
    long measured = total - before;
    System.out.printf(
        "{\"per_second\": %d, \"cpu_us\": %.2f, \"memory_mib\": %d, \"broker_cpu_us\": %.2f,"
            + " \"commit_ms\": %s, \"cold_per_second\": %d}%n",
        Math.round(measured * 1e9 / (end.nanoseconds() - start.nanoseconds())),
        (end.own() - start.own()) * 1e6 / measured,
        memory,
        (end.broker() - start.broker()) * 1e6 / measured,
        arguments[6],
        Math.round(before * 1e9 / (start.nanoseconds() - began)));
    streams.close(Duration.ofSeconds(10));
    // What it leaves would be compacted while others are measured.
    admin.deleteTopics(List.of(application + "-counts-changelog")).all().get();
    System.exit(0);
  }
}
