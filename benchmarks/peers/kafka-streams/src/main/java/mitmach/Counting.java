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
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerConfig;
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
 * <p>Arguments: bootstrap, topic, events, guarantee, folder. The processor API on one thread, the
 * store cached as in the DSL, a commit per 100 ms as exactly_once_v2 has by default; JSON by a
 * streaming parser that stops at what it needs. Rate and processor time are those of the last three
 * quarters, when the Java machine has warmed up; "cold" is the rate of all. The last commit isn't waited for.
 */
public final class Counting {
  private static final JsonFactory JSON = new JsonFactory();

  private static long total;
  private static long seen;
  private static long warm;
  private static long began;
  private static double usedBefore;
  private static volatile long ended;

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

  static double used() {
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getProcessCpuTime() / 1e9;
  }

  static void counted() {
    seen++;
    if (seen == 1) {
      began = System.nanoTime();
    }
    if (seen == total / 4) {
      warm = System.nanoTime();
      usedBefore = used();
    }
    if (seen == total) {
      ended = System.nanoTime();
    }
  }

  static final class Counter implements Processor<String, byte[], Void, Void> {
    private KeyValueStore<String, Long> counts;

    @Override
    public void init(ProcessorContext<Void, Void> context) {
      counts = context.getStateStore("counts");
    }

    @Override
    public void process(Record<String, byte[]> record) {
      String key = key(record.value());
      Long before = counts.get(key);
      counts.put(key, before == null ? 1L : before + 1);
      counted();
    }
  }

  public static void main(String[] arguments) throws Exception {
    String topic = arguments[1];
    total = Long.parseLong(arguments[2]);
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "streams-" + UUID.randomUUID());
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0]);
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, arguments[3]);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, arguments[4]);
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
    settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
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
    streams.start();
    long deadline = System.nanoTime() + Duration.ofSeconds(180).toNanos();
    while (ended == 0) {
      if (System.nanoTime() > deadline) {
        System.err.println("only " + seen + " events were counted within three minutes");
        System.exit(1);
      }
      Thread.sleep(5);
    }
    double cpu = used() - usedBefore;
    long memory = 0;
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        memory = Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
      }
    }
    System.out.printf(
        "{\"per_second\": %d, \"cold_per_second\": %d, \"cpu_us\": %.2f, \"memory_mib\": %d}%n",
        Math.round((total - total / 4) * 1e9 / (ended - warm)),
        Math.round(total * 1e9 / (ended - began)),
        cpu * 1e6 / (total - total / 4),
        memory);
    streams.close(Duration.ofSeconds(10));
    System.exit(0);
  }
}
