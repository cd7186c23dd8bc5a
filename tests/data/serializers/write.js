// Writes every body of stdin (a line each) in the ways of JavaScript: number, writer and bytes in base64, a line each.
const lines = require('fs').readFileSync(0, 'utf8').split('\n').filter(Boolean)
const sorted = value =>
  Array.isArray(value) ? value.map(sorted)
    : value && typeof value === 'object' ? Object.fromEntries(Object.keys(value).sort().map(name => [name, sorted(value[name])]))
      : value
const writers = {
  'JSON.stringify': (value) => JSON.stringify(value),
  'JSON.stringify 2': (value) => JSON.stringify(value, null, 2),
  'JSON.stringify 4': (value) => JSON.stringify(value, null, 4),
  'JSON.stringify tab': (value) => JSON.stringify(value, null, '\t'),
  'JSON.stringify sorted': (value) => JSON.stringify(sorted(value)),
  'JSON.stringify twice': (value) => JSON.stringify(JSON.stringify(value)),
  'JSON.stringify newline': (value) => JSON.stringify(value) + '\n',
  'JSON.stringify Buffer': (value, text) => JSON.stringify(Buffer.from(text)),
  'JSON.stringify Uint8Array': (value, text) => JSON.stringify(new Uint8Array(Buffer.from(text))),
  'String Uint8Array': (value, text) => String(new Uint8Array(Buffer.from(text))),
  'util.inspect Buffer': (value, text) => require('util').inspect(Buffer.from(text)),
  'template object': (value) => `${value}`,
  'toString ascii': (value, text) => Buffer.from(text).toString('ascii'),
  'toString latin1': (value, text) => Buffer.from(text).toString('latin1'),
  'encodeURIComponent': (value, text) => encodeURIComponent(text),
  'toString base64': (value, text) => Buffer.from(text).toString('base64'),
}
lines.forEach((text, number) => {
  for (const [name, write] of Object.entries(writers)) {
    console.log([number, name, Buffer.from(write(JSON.parse(text), text)).toString('base64')].join('\t'))
  }
})
