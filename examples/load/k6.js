// Every virtual user is a new person, registers, and signs in. First start the server:
//   node examples/login-server/main.js --port 8080
// and then: k6 run -e STUNTKEY_SEED='a load test' examples/load/k6.js
// @ts-nocheck: k6's modules are inside k6.
import { check } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
import { Counter, Trend } from 'k6/metrics';
import { fleet, reason } from '../../dist/k6/stuntkey.js';

export const options = {
  scenarios: { people: { executor: 'shared-iterations', vus: 10, iterations: 100, maxDuration: '5m' } },
  thresholds: { checks: ['rate==1.0'], stuntkey_refused: ['count==0'] },
};

const target = __ENV.TARGET || 'http://127.0.0.1:8080';
const people = fleet({
  seed: __ENV.STUNTKEY_SEED,
  rpId: __ENV.RP_ID || 'localhost',
  origin: __ENV.ORIGIN || 'http://localhost:8080',
});
/** The first person of this run, because a server knows the people of the last run. */
const first = Number(__ENV.FIRST || 0);

const authenticatorTime = new Trend('stuntkey_authenticator_time', true);
const refused = new Counter('stuntkey_refused');

export default async function () {
  const person = people.person(first + exec.scenario.iterationInTest);
  const username = `person-${person.index}`;
  try {
    await ceremony('register', { username }, (creation) => person.create(creation));
    await ceremony('login', { username }, (request) => person.get(request));
  } catch (error) {
    refused.add(1, { reason: reason(error) });
    console.error(`${username}: ${error}`);
  }
}

/** Gets the server's options, sends the credential, and returns the server's verdict. */
async function ceremony(name, body, answer) {
  const options = json(post(`/${name}/options`, body));
  const began = Date.now();
  const credential = await answer(options);
  authenticatorTime.add(Date.now() - began, { ceremony: name });
  const verdict = post(`/${name}/verify`, credential);
  check(verdict, { [`${name}: accepted`]: ({ status }) => status === 200 });
  json(verdict);
}

function post(path, body) {
  return http.post(target + path, JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } });
}

/** Checks a response. Throws an error whose `code` can be counted. */
function json({ status, body }) {
  if (status !== 200) throw coded(`status-${status}`, `expected 200, got ${status}: ${body}`);
  try {
    return JSON.parse(body);
  } catch {
    throw coded(body ? 'not-json' : 'no-body', `expected JSON, got ${String(body).slice(0, 120)}`);
  }
}

function coded(code, message) {
  return Object.assign(new Error(message), { code });
}
