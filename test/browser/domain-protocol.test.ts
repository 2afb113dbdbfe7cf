/**
 * Our WebAuthn domain beside the protocol's own description, the newest that the package devtools-protocol has: what the browser's
 * developers add, rename or take away fails here by its name. Update the package to see what moved.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { EVENTS } from '../../src/browser/domain/domain.ts';
import { TRANSPORTS, VERSIONS } from '../../src/browser/domain/options.ts';
import { CREDENTIAL, type Kind, OPTIONS, SHAPES, type Shape } from '../../src/browser/domain/parameters.ts';

interface Described {
  readonly name: string;
  readonly type?: string;
  readonly $ref?: string;
  readonly optional?: boolean;
  readonly description?: string;
  readonly items?: { readonly type: string };
}
interface Domain {
  readonly domain: string;
  readonly types: readonly {
    readonly id: string;
    readonly enum?: string[];
    readonly properties?: Described[];
  }[];
  readonly commands: readonly { readonly name: string; readonly parameters?: Described[] }[];
  readonly events: readonly { readonly name: string; readonly parameters?: Described[] }[];
}

const require = createRequire(import.meta.url);
const { domains } = JSON.parse(
  readFileSync(require.resolve('devtools-protocol/json/browser_protocol.json'), 'utf8'),
) as { readonly domains: readonly Domain[] };
const protocol = domains.find(({ domain }) => domain === 'WebAuthn') as Domain;
const typeOf = (id: string) => protocol.types.find((type) => type.id === id);

/** The description in the words of our tables. */
function shapeOf(members: readonly Described[] = []): Shape {
  return Object.fromEntries(
    members.map((member) => [`${member.name}${member.optional ? '?' : ''}`, kindOf(member)]),
  );
}
function kindOf({ name, type, $ref, description = '', items }: Described): Kind {
  if ($ref === 'Credential') return CREDENTIAL;
  if ($ref === 'VirtualAuthenticatorOptions') return OPTIONS;
  if ($ref !== undefined) return 'string';
  // Of IDs the description says nothing.
  const encoded = name === 'credentialId' || /base64/i.test(description);
  if (type === 'array')
    return items?.type === 'string' && name === 'cmtgKeys' ? 'binaries' : (`array of ${items?.type}` as Kind);
  if (type === 'string') return encoded ? 'binary' : 'string';
  return type as Kind;
}
const byName = (shape: Shape): [string, Kind][] => Object.entries(shape).sort(([a], [b]) => (a < b ? -1 : 1));

describe('the protocol’s WebAuthn domain', () => {
  it('has the commands that ours has, and no others', () => {
    expect(protocol.commands.map(({ name }) => name).sort()).toEqual(Object.keys(SHAPES).sort());
  });

  it.each(protocol.commands.map(({ name, parameters }) => [name, parameters] as const))(
    'has the parameters of %s that ours has',
    (name, parameters) => {
      expect(byName(shapeOf(parameters))).toEqual(byName(SHAPES[name] ?? {}));
    },
  );

  it('has the events that ours has, with what they tell', () => {
    expect(protocol.events.map(({ name }) => `WebAuthn.${name}`).sort()).toEqual(
      Object.values(EVENTS).sort(),
    );
    for (const { name, parameters = [] } of protocol.events)
      expect(parameters.map((one) => one.name)).toEqual([
        'authenticatorId',
        name === 'credentialDeleted' ? 'credentialId' : 'credential',
      ]);
  });

  it.each([
    ['Credential', CREDENTIAL],
    ['VirtualAuthenticatorOptions', OPTIONS],
  ])('has the members of %s that ours has', (id, shape) => {
    expect(byName(shapeOf(typeOf(id)?.properties))).toEqual(byName(shape));
  });

  it('has the protocols, versions and transports that ours has', () => {
    expect(typeOf('AuthenticatorProtocol')?.enum).toEqual(['u2f', 'ctap2']);
    expect(typeOf('Ctap2Version')?.enum).toEqual(Object.keys(VERSIONS));
    expect(typeOf('AuthenticatorTransport')?.enum?.toSorted()).toEqual(Object.keys(TRANSPORTS).sort());
  });

  it('has no types that ours knows nothing of', () => {
    expect(protocol.types.map(({ id }) => id).sort()).toEqual([
      'AuthenticatorId',
      'AuthenticatorProtocol',
      'AuthenticatorTransport',
      'Credential',
      'Ctap2Version',
      'VirtualAuthenticatorOptions',
    ]);
  });
});
