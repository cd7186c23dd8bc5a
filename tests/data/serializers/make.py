#!/usr/bin/env python3
"""Records how the serializers of eight languages, jq among them, write the bodies of bodies.txt: recorded.tsv.

Run it in this folder after a change, on a machine that has the languages (Debian: nodejs, php-cli, ruby, golang-go, perl,
jq, default-jdk-headless, libgoogle-gson-java, libjackson2-databind-java):

    python3 make.py > recorded.tsv

A line: the body's number, the language, the writer, and the bytes in base64. bodies.txt has events in the form in which
Zoom sends them, a line each.
"""

import base64
import json
import subprocess
import sys

BODIES = open("bodies.txt", "rb").read()
JARS = ":".join(f"/usr/share/java/{name}.jar" for name in
                ["gson", "jackson-databind", "jackson-core", "jackson-annotations"])

COMMANDS = {
    "javascript": ["node", "write.js"],
    "php": ["php", "write.php"],
    "ruby": ["ruby", "write.rb"],
    "perl": ["perl", "write.pl"],
    "go": ["go", "run", "write.go"],
    "java": ["java", "-cp", JARS, "Write.java"],
}

PYTHON = {
    "json.dumps": lambda value: json.dumps(value),
    "json.dumps separators": lambda value: json.dumps(value, separators=(",", ":")),
    "json.dumps ensure_ascii=False": lambda value: json.dumps(value, ensure_ascii=False),
    "json.dumps separators ensure_ascii=False": lambda value: json.dumps(value, separators=(",", ":"), ensure_ascii=False),
    "json.dumps sort_keys": lambda value: json.dumps(value, sort_keys=True),
    "json.dumps sort_keys separators": lambda value: json.dumps(value, sort_keys=True, separators=(",", ":")),
    "json.dumps sort_keys separators ensure_ascii=False":
        lambda value: json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False),
    "json.dumps indent=2": lambda value: json.dumps(value, indent=2),
    "json.dumps indent=4": lambda value: json.dumps(value, indent=4),
    "json.dumps indent=2 sort_keys": lambda value: json.dumps(value, indent=2, sort_keys=True),
    "json.dumps indent=4 sort_keys ensure_ascii=False":
        lambda value: json.dumps(value, indent=4, sort_keys=True, ensure_ascii=False),
    "str dict": lambda value: str(value),
}

PYTHON_BYTES = {
    "str bytes": lambda text: str(text).encode(),
    "decode latin-1": lambda text: text.decode("latin-1").encode(),
    "encode ascii replace": lambda text: text.decode().encode("ascii", "replace"),
    "encode ascii ignore": lambda text: text.decode().encode("ascii", "ignore"),
}

JQ = {"jq": ["."], "jq -c": ["-c", "."], "jq -S": ["-S", "."], "jq -Sc": ["-Sc", "."], "jq --tab": ["--tab", "."],
      "jq -a -c": ["-a", "-c", "."]}


def show(number, language, writer, written):
    print(number, language, writer, base64.b64encode(written).decode(), sep="\t")


for number, text in enumerate(BODIES.splitlines()):
    for name, write in PYTHON.items():
        show(number, "python", name, write(json.loads(text)).encode())
    for name, write in PYTHON_BYTES.items():
        show(number, "python", name, write(text))
    for name, arguments in JQ.items():
        show(number, "jq", name, subprocess.run(["jq", *arguments], input=text, capture_output=True, check=True).stdout)
for language, command in COMMANDS.items():
    lines = subprocess.run(command, input=BODIES, stdout=subprocess.PIPE, check=True).stdout.decode()
    for line in lines.splitlines():
        number, writer, written = line.split("\t")
        show(number, language, writer, base64.b64decode(written))
sys.stdout.flush()
