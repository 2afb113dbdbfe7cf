// examples/wireshark/ctaphid.lua: the names in it, from the registries.
import { readFileSync } from 'node:fs';
import {
  bioEnrollmentRequest,
  bioEnrollmentResponse,
  CtapCommand,
  CtapStatus,
  clientPinRequest,
  clientPinResponse,
  configRequest,
  credentialManagementRequest,
  credentialManagementResponse,
  getAssertionRequest,
  getAssertionResponse,
  getInfoResponse,
  largeBlobsRequest,
  largeBlobsResponse,
  makeCredentialRequest,
  makeCredentialResponse,
  subCommands,
} from '../build/entries/ctap.js';
import { CtapHidCommand, CtapHidErrorCode } from '../build/entries/transport.js';

const FILE = new URL('../examples/wireshark/ctaphid.lua', import.meta.url);
const BEGIN = '-- Names, made by `npm run docs`.\n';
const END = '-- End of the names.\n';

/** @typedef {{ readonly members: readonly { readonly name: string, readonly key: string | number | bigint }[] }} Table */

/** The members of each command's messages. @type {Record<string, [request: Table | undefined, response?: Table]>} */
const MESSAGES = {
  authenticatorMakeCredential: [makeCredentialRequest, makeCredentialResponse],
  authenticatorGetAssertion: [getAssertionRequest, getAssertionResponse],
  authenticatorGetNextAssertion: [undefined, getAssertionResponse],
  authenticatorGetInfo: [undefined, getInfoResponse],
  authenticatorClientPIN: [clientPinRequest, clientPinResponse],
  authenticatorBioEnrollment: [bioEnrollmentRequest, bioEnrollmentResponse],
  authenticatorBioEnrollmentPreview: [bioEnrollmentRequest, bioEnrollmentResponse],
  authenticatorCredentialManagement: [credentialManagementRequest, credentialManagementResponse],
  authenticatorCredentialManagementPreview: [credentialManagementRequest, credentialManagementResponse],
  authenticatorLargeBlobs: [largeBlobsRequest, largeBlobsResponse],
  authenticatorConfig: [configRequest],
};

/** @param {number} number */
const hex = (number) => `0x${number.toString(16).padStart(2, '0')}`;

/** A table of Lua: numbers to names. @param {string} name @param {readonly (readonly [number, string])[]} entries @param {string} indent */
const lua = (name, entries, indent = '') =>
  `${indent}${name} = {\n${entries.map(([number, text]) => `${indent}  [${hex(number)}] = "${text}",\n`).join('')}${indent}}`;

/** @param {Readonly<Record<string, number>>} names @returns {[number, string][]} */
const turned = (names) => Object.entries(names).map(([name, number]) => [number, name]);

/** @param {Table} table @returns {[number, string][]} */
const membersOf = (table) => table.members.map(({ name, key }) => [Number(key), name]);

/** Tables of Lua in one, by command. @param {string} name @param {0 | 1} side */
function messages(name, side) {
  const tables = Object.entries(MESSAGES).flatMap(([command, both]) => {
    const table = both[side];
    const byte = CtapCommand[/** @type {keyof typeof CtapCommand} */ (command)];
    return table === undefined ? [] : [`${lua(`[${hex(byte)}]`, membersOf(table), '  ')},\n`];
  });
  return `local ${name} = {\n${tables.join('')}}`;
}

/** The names of subcommands, by command. */
function subCommandNames() {
  const tables = [...new Set(subCommands.map(({ command }) => command))].map((command) => {
    const list = subCommands.filter((one) => one.command === command);
    const byte = CtapCommand[/** @type {keyof typeof CtapCommand} */ (command)];
    return `${lua(
      `[${hex(byte)}]`,
      list.map(({ number, name }) => [number, name]),
      '  ',
    )},\n`;
  });
  return `local subcommands = {\n${tables.join('')}}`;
}

/** The dissector as it is to be. */
export function wiresharkDissector() {
  const text = readFileSync(FILE, 'utf8');
  const [before, rest = ''] = text.split(BEGIN);
  const [, after] = rest.split(END);
  const names = [
    lua('local hid_commands', turned(CtapHidCommand)),
    lua('local hid_errors', turned(CtapHidErrorCode)),
    lua('local commands', turned(CtapCommand)),
    lua('local statuses', turned(CtapStatus)),
    subCommandNames(),
    messages('requests', 0),
    messages('responses', 1),
  ].join('\n');
  return `${before}${BEGIN}${names}\n${END}${after}`;
}

export { FILE as dissectorFile };
