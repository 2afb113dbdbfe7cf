/** Authenticator data (https://www.w3.org/TR/webauthn-3/#sctn-authenticator-data), part by part. */
import { base64url } from '../../base/base64url.ts';
import { AuthenticatorDataFlags } from '../../ctap/authenticator-data.ts';
import { flagsText, uuid } from '../structures.ts';
import { cborPlace, type Meaning, type Place, type Reading, shownBytes } from './cbor.ts';
import { coseMeaning } from './cose.ts';

export function authenticatorDataPlace(
  read: Reading,
  name: string,
  start: number,
  end: number,
  level: number,
): Place {
  const { bytes } = read;
  const members: Place[] = [];
  let at = start;
  let problem: string | undefined;
  /** The next bytes as a part; undefined, and a problem, where they are missing. */
  const part = (
    name: string,
    length: number,
    shown: (part: Uint8Array) => string,
  ): Uint8Array | undefined => {
    if (problem !== undefined) return undefined;
    if (at + length > end) {
      problem = `${name}: expected ${length} bytes, got ${end - at}`;
      return undefined;
    }
    const bytesOfIt = bytes.subarray(at, at + length);
    members.push({ name, text: shown(bytesOfIt), start: at, end: at + length, members: [] });
    at += length;
    return bytesOfIt;
  };
  const item = (name: string, meaning: Meaning = {}): void => {
    if (problem !== undefined) return;
    const place = cborPlace(read, name, at, end, level + 1, meaning);
    members.push(place);
    problem = place.problem;
    at = place.end;
  };
  part('rpIdHash', 32, shownBytes);
  const [flags = 0] = part('flags', 1, ([value = 0]) => flagsText(value)) ?? [];
  part('signCount', 4, (four) => String(numberOf(four)));
  if (flags & AuthenticatorDataFlags.AT) {
    part('aaguid', 16, uuid);
    const length = part('credentialIdLength', 2, (two) => String(numberOf(two)));
    if (length !== undefined) part('credentialId', numberOf(length), (id) => `b64'${base64url(id)}'`);
    item('credentialPublicKey', coseMeaning());
  }
  if (flags & AuthenticatorDataFlags.ED) item('extensions');
  if (problem === undefined && at < end) problem = `${end - at} bytes behind its end`;
  return {
    name,
    text: `${end - start} bytes`,
    start,
    end,
    members,
    ...(problem !== undefined && { problem }),
  };
}

function numberOf(bytes: Uint8Array): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}
