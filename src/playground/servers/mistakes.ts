/** Servers to begin with: a right one, and the same with one mistake each. */

export interface ServerText {
  readonly name: string;
  readonly title: string;
  readonly text: string;
}

/** A mistake: what is written in place of what, wherever that is. */
interface Mistake {
  readonly name: string;
  readonly title: string;
  readonly changes: readonly (readonly [from: string, to: string])[];
}

const ORIGINS_OF = `/** Any page whose origin ends like ours. */
function originsLike({ response }) {
  const clientData = response.clientDataJSON.replaceAll('-', '+').replaceAll('_', '/');
  const { origin: claimed } = JSON.parse(atob(clientData));
  return claimed.endsWith('example.com') ? [claimed] : [origin];
}
`;

const MISTAKES: readonly Mistake[] = [
  {
    name: 'replay',
    title: 'Weak: a challenge can be answered twice',
    changes: [['  delete session[ceremony];\n', '']],
  },
  {
    name: 'origin',
    title: 'Weak: the origin is compared by its end',
    changes: [
      ['origins: [origin],', 'origins: originsLike(response),'],
      ['function refusal(', `${ORIGINS_OF}\nfunction refusal(`],
    ],
  },
  {
    name: 'account',
    title: 'Weak: the account is the one that the request names',
    changes: [
      [
        "user: username === undefined ? 'from-response' : { handle: madeOnce(handles, username) },",
        "off: ['allow-list'],",
      ],
      ['session.signedInAs = stored.username;', 'session.signedInAs = username ?? stored.username;'],
    ],
  },
  {
    name: 'overwrite',
    title: 'Weak: a credential can be registered again for another account',
    changes: [
      ['        isRegistered: (id) => credentials.has(id),\n', ''],
      [
        "      if (credentials.has(credential.id)) throw new Error('this credential is registered already');\n",
        '',
      ],
    ],
  },
  {
    name: 'signature',
    title: 'Weak: the signature is not verified',
    changes: [
      [
        'credential: (id) => credentials.get(id)?.record,',
        "credential: (id) => credentials.get(id)?.record,\n        off: ['signature'],",
      ],
    ],
  },
];

/** @throws RangeError for a mistake that cannot be made in the text */
export function serversFrom(text: string): readonly ServerText[] {
  return [
    { name: 'right', title: 'A right server', text },
    ...MISTAKES.map(({ name, title, changes }) => ({
      name,
      title,
      text: changes.reduce((text, [from, to]) => {
        if (!text.includes(from)) throw new RangeError(`${name}: expected ${from} in the right server`);
        return text.replaceAll(from, to);
      }, text),
    })),
  ];
}
