// Starts the login server: node examples/login-server/main.js --port 8080
import { parseArgs } from 'node:util';
import { startLoginServer } from './server.js';

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });
const { origin } = await startLoginServer({ port: Number(values.port) });
console.log(origin);
