// Reads Kafka records from standard input, one JSON object per line: key, value and headers in
// base64. Answers each with a line: the attributes of the event as the SDK has them, or why it
// refuses it.
import { createInterface } from "node:readline";
import { CloudEvent, Kafka } from "cloudevents";

const text = (base64) => Buffer.from(base64, "base64").toString("utf8");

function read(record) {
  const headers = Object.fromEntries(record.headers.map(([name, value]) => [name, text(value)]));
  const message = { key: text(record.key), value: text(record.value), headers };
  const received = Kafka.toEvent(message); // by the Kafka protocol binding, which isn't strict
  received.validate();
  // The binding shortens the time to milliseconds and overwrites the partition key: so the strict
  // constructor is asked about what was really sent.
  const strict = new CloudEvent(JSON.parse(message.value), true);
  const { data, ...attributes } = { ...strict.toJSON(), time: strict.time };
  if (received.id !== attributes.id || received.partitionkey !== attributes.partitionkey) {
    throw new Error("the binding reads another event");
  }
  return attributes;
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(JSON.stringify({ event: read(JSON.parse(line)) }));
  } catch (error) {
    console.log(JSON.stringify({ refused: error.message }));
  }
}
