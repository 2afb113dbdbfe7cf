// Starts the strict server: node examples/strict-server/main.js --port 8080 --weak signature,origin
import { parseArgs } from 'node:util';
import { guards, weakFrom } from './guards.js';
import { startStrictServer } from './http.js';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8080' },
    'rp-id': { type: 'string', default: 'localhost' },
    origin: { type: 'string', multiple: true },
    weak: { type: 'string', multiple: true, default: [] },
    'list-guards': { type: 'boolean', default: false },
  },
});

if (values['list-guards']) {
  for (const name of guards) console.log(name);
} else {
  const { weak, off } = weakFrom(values.weak);
  const server = await startStrictServer({
    port: Number(values.port),
    rpId: values['rp-id'],
    weak,
    ...(values.origin && { origins: values.origin }),
  });
  console.error(
    `strict server at ${server.origin}${off.length > 0 ? `, without ${off.join(', ')}` : ''}; stop with Ctrl-C`,
  );
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.once(signal, () => server.close());
  }
}
