# Writes every body of stdin (a line each) in the ways of Ruby: number, writer and bytes in base64, a line each.
require 'json'
require 'base64'
WRITERS = {
  'JSON.generate' => ->(value, _) { JSON.generate(value) },
  'JSON.pretty_generate' => ->(value, _) { JSON.pretty_generate(value) },
  'JSON.generate ascii_only' => ->(value, _) { JSON.generate(value, ascii_only: true) },
  'JSON.generate script_safe' => ->(value, _) { JSON.generate(value, script_safe: true) },
  'JSON.generate sorted' => ->(value, _) { JSON.generate(value.sort.to_h) },
  'to_s' => ->(value, _) { value.to_s },
}
STDIN.set_encoding('UTF-8')
STDIN.each_line(chomp: true).with_index do |text, number|
  WRITERS.each { |name, write| puts [number, name, Base64.strict_encode64(write.(JSON.parse(text), text))].join("\t") }
end
