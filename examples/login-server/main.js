// Starts the login server, with its own paths and the server API of FIDO's conformance tests, which audits use:
//   node examples/login-server/main.js --port 8080 --weak signature,origin
// Both are APIs of the strict server, with or without some of its guards.
import { parseArgs } from 'node:util';
import { weakFrom } from '../strict-server/guards.js';
import { strictDoors } from './doors.js';
import { startLoginServer } from './server.js';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    weak: { type: 'string', multiple: true, default: [] },
  },
});

const { weak, off } = weakFrom(values.weak);
const server = await startLoginServer({
  port: Number(values.port),
  also: strictDoors(weak),
});
// For programs, on stdout; for people, on stderr.
console.log(server.origin);
console.error(
  `login server at ${server.origin}${off.length > 0 ? `, without ${off.join(', ')}` : ''}; stop with Ctrl-C`,
);
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.once(signal, () => server.close());
