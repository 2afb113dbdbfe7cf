/** What goes wrong for people, each played for real: the device, the client and the server do what they always do. */
import type { Person } from '../inspector/answers.ts';
import type { UserScriptJson } from '../person/script.ts';
import type { Playground } from './playground.ts';

export interface Situation {
  readonly name: string;
  readonly title: string;
  /** What is played, as a sentence. */
  readonly says: string;
  play(playground: Playground): Promise<void>;
}

export const situations: readonly Situation[] = [
  {
    name: 'cancel',
    title: 'The person cancels',
    says: 'Signs in, and the person declines.',
    async play(playground) {
      await playground.register();
      const change = { presence: 'decline', verification: 'decline' } as const;
      await withPerson(playground, change, () => playground.run('get'));
    },
  },
  {
    name: 'unrecognized',
    title: 'The person is not recognized',
    says: 'Signs in where user verification is required, and the device does not recognize its person.',
    async play(playground) {
      await playground.register();
      await withPerson(playground, { verification: 'fail' }, () =>
        playground.run('get', { userVerification: 'required' }),
      );
    },
  },
  {
    name: 'phishing',
    title: 'A page of another site asks',
    says: 'The page is at https://example.com.evil.example, and asks for the RP ID of this one.',
    async play(playground) {
      await playground.register();
      await playground.run('get', { origin: 'https://example.com.evil.example', rpId: 'example.com' });
    },
  },
  {
    name: 'rp-id',
    title: 'A wrong RP ID',
    says: 'The page asks for the RP ID example.org.',
    play: async (playground) => void (await playground.run('create', { rpId: 'example.org' })),
  },
  {
    name: 'again',
    title: 'The same account again',
    says: 'Registers again: the server excludes the credential that the device has.',
    async play(playground) {
      await playground.register();
      const { userName } = playground.form.value;
      if (playground.signedInAs.value !== userName) await playground.run('get', { isNamed: true });
      await playground.run('create');
    },
  },
  {
    name: 'second',
    title: 'A second account',
    says: 'Another visitor registers as grace, and signs in without saying who: the newest account is chosen.',
    async play(playground) {
      await playground.register();
      playground.leave();
      const { server, problem } = await playground.run('create', { userName: 'grace' });
      // (Registered already: then she is only to sign in.)
      if (server?.accepts !== true && problem === undefined) return;
      playground.leave();
      await playground.run('get', { isNamed: false });
    },
  },
  {
    name: 'stranger',
    title: 'An account without a credential here',
    says: 'The server asks for credentials of mallory, of which the device has none.',
    play: async (playground) => void (await playground.run('get', { userName: 'mallory', isNamed: true })),
  },
  {
    name: 'forged',
    title: 'A forged signature',
    says: 'Signs in with a signature of another key, which a right server refuses.',
    async play(playground) {
      await playground.register();
      await playground.device.value.source.nextFault({ fault: 'signature-from-other-key' });
      await playground.run('get');
    },
  },
];

/** Plays something while the person behaves in another way, which is theirs again afterwards. */
async function withPerson(
  { device }: Playground,
  change: UserScriptJson,
  play: () => Promise<unknown>,
): Promise<void> {
  const { source } = device.value;
  const before = await source.person();
  await source.changePerson(change);
  await play();
  await source.changePerson(wordsOf(before));
}

/** How the person behaved. (At a touch, a person never fails.) */
const wordsOf = ({ presence, verification }: Person): UserScriptJson =>
  ({ presence, verification }) as UserScriptJson;
