import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import java.util.Map;

/** Reads objects as JSON into the operator's own classes; a line per object, its fault or "fits". */
class StrimziModels {
    static final Map<String, String> CLASSES = Map.of(
        "Kafka", "kafka.Kafka", "KafkaNodePool", "nodepool.KafkaNodePool",
        "KafkaTopic", "topic.KafkaTopic", "KafkaUser", "user.KafkaUser");

    public static void main(String[] arguments) throws Exception {
        // The operator keeps what it doesn't know, for later versions; here that is a fault.
        ObjectMapper mapper = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                    return false;
                }
            });
        for (JsonNode one : mapper.readTree(System.in)) {
            String kind = one.get("kind").asText();
            Class<?> type = Class.forName("io.strimzi.api.kafka.model." + CLASSES.get(kind));
            try {
                mapper.treeToValue(one, type);
                System.out.println("fits");
            } catch (JsonMappingException fault) {
                String name = one.at("/metadata/name").asText();
                System.out.println(kind + " " + name + ": " + fault.getOriginalMessage().replace('\n', ' '));
            }
        }
    }
}
