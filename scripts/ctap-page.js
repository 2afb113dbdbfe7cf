// docs/ctap.md: what a device of each edition of CTAP offers, from the registries and from devices asked.

import {
  CtapCommand,
  commandName,
  commandSince,
  ctapLevels,
  decodeResponse,
  describeStatus,
  extensionSince,
  getInfoResponse,
  knows,
  makeCredentialRequest,
  optionSince,
  permissionSince,
  subCommands,
} from '../build/entries/ctap.js';
import { Authenticator } from '../build/entries/index.js';
import { table } from './markdown.js';

/** @typedef {import('stuntkey/ctap').CtapLevel} CtapLevel */

/**
 * A device with everything that its level allows. Two features exclude each other: a device with the extension largeBlob has
 * no authenticatorLargeBlobs.
 *
 * @param {CtapLevel} ctap
 * @param {boolean} largeBlob
 */
function full(ctap, largeBlob) {
  const extensions = Object.keys(extensionSince);
  return new Authenticator({
    policy: {
      ctap,
      userVerification: 'fingerprint',
      uvBioEnroll: true,
      uvAcfg: true,
      noMcGaPermissionsWithClientPin: true,
      enterpriseAttestation: true,
      pinComplexityPolicy: 'off',
      previewCommands: true,
      discoverableCapacity: 25,
      largeBlobs: !largeBlob,
      extensions: extensions.filter((id) => (largeBlob ? id !== 'largeBlobKey' : id !== 'largeBlob')),
      vendorConfigCommands: [{ id: 1, run: () => {} }],
    },
  });
}

/** @param {number} byte */
const hex = (byte) => `0x${byte.toString(16).padStart(2, '0')}`;

/**
 * A table with a column for each level.
 *
 * @param {string[]} heads
 * @param {{ cells: string[], has: (level: CtapLevel) => boolean | Promise<boolean> }[]} rows
 */
async function byLevel(heads, rows) {
  const lines = [[...heads, ...ctapLevels]];
  for (const { cells, has } of rows) {
    const marks = [];
    for (const level of ctapLevels) marks.push((await has(level)) ? 'yes' : '');
    lines.push([...cells, ...marks]);
  }
  return table(lines);
}

/** The page, as Markdown. */
export async function ctapPage() {
  const devices = new Map(ctapLevels.map((level) => [level, [full(level, false), full(level, true)]]));
  /** @param {CtapLevel} level */
  const infos = async (level) => {
    const answers = (devices.get(level) ?? []).map((device) => device.transact(Uint8Array.of(0x04)));
    return (await Promise.all(answers)).flatMap((answer) =>
      answer[0] === 0 ? [decodeResponse(answer, getInfoResponse)] : [],
    );
  };
  /** @param {(info: import('stuntkey/ctap').GetInfoResponse) => boolean} test */
  const told = (test) => async (/** @type {CtapLevel} */ level) => (await infos(level)).some(test);
  /** @param {number} byte */
  const answered = (byte) => async (/** @type {CtapLevel} */ level) => {
    const answers = (devices.get(level) ?? []).map((device) => device.transact(Uint8Array.of(byte)));
    return (await Promise.all(answers)).some(
      ([status]) => describeStatus(status ?? 0x7f) !== describeStatus(0x01),
    );
  };
  const members = getInfoResponse.members.map(({ name, key, since }) => ({
    cells: [`\`${hex(Number(key))}\``, `\`${name}\``],
    has: (/** @type {CtapLevel} */ level) => knows(level, '2.0') && knows(level, since),
  }));
  const versions = ['U2F_V2', 'FIDO_2_0', 'FIDO_2_1_PRE', 'FIDO_2_1', 'FIDO_2_3'];
  const parameters = makeCredentialRequest.members.filter(({ since }) => since !== '2.0');

  return `# What a device offers, by edition of CTAP

\`policy.ctap\` is the edition that a device was made to. The device neither offers nor takes what came with a later edition: the command is unknown, the
subcommand is invalid, and the parameter and the extension are ignored. This page is made by \`npm run docs\` from the registries and from
the answers of devices with everything switched on (a policy can have less), and checked by the tests.

CTAP 2.2 has no version string of its own. The prototypes (\`FIDO_2_1_PRE\`) came between 2.0 and 2.1: a device of 2.0 has them only with
\`previewCommands\`, and a device of 2.1 or later answers their command bytes anyway. Where the editions leave a choice, or implementations
differ, see [decisions/004](decisions/004-choices-in-ctap.md) and [decisions/021](decisions/021-management-choices.md).

## Versions

${await byLevel(
  ['version'],
  versions.map((version) => ({
    cells: [`\`${version}\``],
    has: async (level) =>
      (await told(({ versions: said }) => said.includes(version))(level)) ||
      (version === 'U2F_V2' && level === 'U2F' && devices.get(level)?.[0]?.transactU2f !== undefined),
  })),
)}

## Commands

${await byLevel(
  ['byte', 'command'],
  [
    {
      cells: ['', 'U2F: register, authenticate, version'],
      has: (level) => devices.get(level)?.[0]?.transactU2f !== undefined,
    },
    ...Object.values(CtapCommand).map((byte) => ({
      cells: [`\`${hex(byte)}\``, `${commandName(byte)}`],
      has: answered(byte),
    })),
  ],
)}

## Subcommands

${await byLevel(
  ['command', 'number', 'subcommand'],
  subCommands.map(({ command, name, number, since }) => ({
    cells: [command, `\`${hex(number)}\``, name],
    has: (level) => knows(level, since) && knows(level, commandSince[command]),
  })),
)}

## Permissions of a pinUvAuthToken

${await byLevel(
  ['permission'],
  Object.entries(permissionSince).map(([name, since]) => ({
    cells: [`\`${name}\``],
    has: (level) => knows(level, since),
  })),
)}

## Options of getInfo

${await byLevel(
  ['option'],
  Object.keys(optionSince).map((id) => ({
    cells: [`\`${id}\``],
    has: told(({ options }) => options?.has(id) ?? false),
  })),
)}

## Extensions

${await byLevel(
  ['extension'],
  Object.keys(extensionSince).map((id) => ({
    cells: [`\`${id}\``],
    has: told(({ extensions }) => extensions?.includes(id) ?? false),
  })),
)}

## Members of getInfo

${await byLevel(['key', 'member'], members)}

## Parameters of makeCredential that came later

${await byLevel(
  ['key', 'parameter'],
  parameters.map(({ name, key, since }) => ({
    cells: [`\`${hex(Number(key))}\``, `\`${name}\``],
    has: (level) => knows(level, since),
  })),
)}
`;
}
