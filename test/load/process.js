// One of several processes that share a seed and nothing else: registers a row of people, or signs them in.
// Prints the credential IDs, a line each.
import { fleet } from 'stuntkey/fleet';
import { visit } from '../../examples/login-server/browser.js';

const [origin = '', seed = '', what, from, count] = process.argv.slice(2);
const people = fleet({ seed, rpId: 'localhost', origin });
const url = origin.replace('localhost', '127.0.0.1');

const next = rows(Number(from), Number(count));
await Promise.all(Array.from({ length: 8 }, worker));

async function worker() {
  for (const index of next) {
    const person = people.person(index);
    const { post } = visit(url);
    const username = `person-${index}`;
    if (what === 'register') {
      const made = await person.create(await post('/register/options', { username }));
      await post('/register/verify', made);
      console.log(made.id);
    } else {
      const { welcome } = await post(
        '/login/verify',
        await person.get(await post('/login/options', { username })),
      );
      if (welcome !== username) throw new Error(`expected ${username}, got ${welcome}`);
      console.log(person.index);
    }
  }
}

/** @param {number} first @param {number} length */
function* rows(first, length) {
  for (let i = 0; i < length; i++) yield first + i;
}
