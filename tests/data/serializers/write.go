// Writes every body of stdin (a line each) in the ways of Go: number, writer and bytes in base64, a line each.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
)

type event struct {
	Event   string          `json:"event"`
	Payload json.RawMessage `json:"payload"`
	EventTs int64           `json:"event_ts"`
}

type typed struct {
	Event   string                 `json:"event"`
	EventTs int64                  `json:"event_ts"`
	Payload map[string]interface{} `json:"payload"`
}

func main() {
	scanner := bufio.NewScanner(os.Stdin)
	scanner.Buffer(nil, 1<<20)
	for number := 0; scanner.Scan(); number++ {
		text := scanner.Bytes()
		show := func(name string, written []byte) {
			fmt.Printf("%d\t%s\t%s\n", number, name, base64.StdEncoding.EncodeToString(written))
		}
		var value map[string]interface{}
		_ = json.Unmarshal(text, &value)
		written, _ := json.Marshal(value)
		show("json.Marshal map", written)
		written, _ = json.MarshalIndent(value, "", "  ")
		show("json.MarshalIndent map", written)
		var out bytes.Buffer
		_ = json.NewEncoder(&out).Encode(value)
		show("json.Encoder map", out.Bytes())
		out = bytes.Buffer{}
		encoder := json.NewEncoder(&out)
		encoder.SetEscapeHTML(false)
		_ = encoder.Encode(value)
		show("json.Encoder map SetEscapeHTML(false)", out.Bytes())
		var raw event
		_ = json.Unmarshal(text, &raw)
		written, _ = json.Marshal(raw)
		show("json.Marshal struct RawMessage", written)
		var known typed
		_ = json.Unmarshal(text, &known)
		written, _ = json.Marshal(known)
		show("json.Marshal struct map", written)
		out = bytes.Buffer{}
		_ = json.Indent(&out, text, "", "  ")
		show("json.Indent", out.Bytes())
		show("fmt bytes", []byte(fmt.Sprintf("%v", text)))
	}
}
