// Command cloudevents-reader reads Kafka records from standard input, one JSON object per line: key,
// value and headers in base64. It answers each with a line: the attributes of the event as the
// CloudEvents SDK for Go has them, or why it refuses it.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"github.com/cloudevents/sdk-go/v2/binding/format"
	"github.com/cloudevents/sdk-go/v2/event"
)

type record struct {
	Key     []byte      `json:"key"`
	Value   []byte      `json:"value"`
	Headers [][2]string `json:"headers"`
}

type answer struct {
	Event   map[string]any `json:"event,omitempty"`
	Refused string         `json:"refused,omitempty"`
}

// contentType gives the header that says by which format the value is to be read. Its value is in
// base64 as all header values are.
func (one record) contentType() (string, error) {
	for _, header := range one.Headers {
		if header[0] == "content-type" {
			var text []byte
			err := json.Unmarshal([]byte(`"`+header[1]+`"`), &text)
			return string(text), err
		}
	}
	return "", fmt.Errorf("no content-type")
}

func read(line []byte) (map[string]any, error) {
	var one record
	if err := json.Unmarshal(line, &one); err != nil {
		return nil, err
	}
	contentType, err := one.contentType()
	if err != nil {
		return nil, err
	}
	if !format.IsFormat(contentType) {
		return nil, fmt.Errorf("%q is no format of events", contentType)
	}
	var found event.Event
	if err := format.Unmarshal(contentType, one.Value, &found); err != nil {
		return nil, err
	}
	if err := found.Validate(); err != nil {
		return nil, err
	}
	if found.Extensions()["partitionkey"] != string(one.Key) {
		return nil, fmt.Errorf("the key isn't the partition key")
	}
	attributes := map[string]any{
		"specversion":     found.SpecVersion(),
		"id":              found.ID(),
		"source":          found.Source(),
		"type":            found.Type(),
		"subject":         found.Subject(),
		"time":            found.Time().Format("2006-01-02T15:04:05.000000Z07:00"),
		"datacontenttype": found.DataContentType(),
		"dataschema":      found.DataSchema(),
	}
	for name, value := range found.Extensions() {
		attributes[name] = value
	}
	return attributes, nil
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 4<<20)
	answers := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var said answer
		if attributes, err := read(lines.Bytes()); err != nil {
			said.Refused = err.Error()
		} else {
			said.Event = attributes
		}
		if err := answers.Encode(said); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	if err := lines.Err(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
