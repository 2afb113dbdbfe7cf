/** What attestation faults have in common: formats that are made anew, and signatures that are wrong. */

import type { AttestationIdentity } from '../../authority/identity.ts';
import { isBytes } from '../../base/bytes.ts';
import type { CborValue } from '../../cbor/cbor.ts';
import { type Fault, type Need, NotApplicable, type OptionsWish, type Step } from '../fault.ts';
import { recertified, type x509 } from '../forge/certificates.ts';
import type { RegistrationDraft, StatementDraft } from '../forge/draft.ts';
import { otherKey } from '../forge/keys.ts';
import { engine } from '../forge/sign.ts';
import { registrationStep, sectionOf } from '../steps.ts';
import { registrations } from './define.ts';

/** A statement with members. */
export type Statement = Map<string, CborValue>;

export type Change = (draft: RegistrationDraft) => void | Promise<void>;

/** How each format is made, so that an honest one of it is accepted. */
export const formats: Readonly<Record<string, Change>> = {
  none: (draft) => {
    draft.statement.make = 'none';
  },
  'packed-self': (draft) => {
    draft.statement.make = 'packed';
    draft.statement.self = true;
  },
  packed: (draft) => {
    draft.statement.make = 'packed';
    draft.statement.self = false;
  },
  tpm: (draft) => {
    draft.statement.make = 'tpm';
  },
  'android-key': (draft) => {
    draft.statement.make = 'android-key';
  },
  'android-safetynet': (draft) => {
    draft.statement.make = 'android-safetynet';
  },
  // Authenticators of U2F have no AAGUID.
  'fido-u2f': (draft) => {
    draft.statement.make = 'fido-u2f';
    draft.aaguid = new Uint8Array(16);
  },
  apple: (draft) => {
    draft.statement.make = 'apple';
  },
  compound: (draft) => {
    draft.statement.make = 'compound';
    draft.statement.self = true;
  },
};

/** Makes the format, then what is wrong about it. */
export function made(format: keyof typeof formats, change: Change = () => {}): Change {
  return async (draft) => {
    await formats[format]?.(draft);
    await change(draft);
  };
}

/** Changes the members of the statement. */
export function members(
  change: (statement: Statement, identity: AttestationIdentity | undefined) => unknown,
): Change {
  return ({ statement }) => {
    statement.change = async (given, identity) => {
      const changed = new Map(given as Statement);
      const replaced = await change(changed, identity);
      return (replaced instanceof Map || Array.isArray(replaced) ? replaced : changed) as CborValue;
    };
  };
}

/** Makes the statement over other bytes than are sent. */
export function over(change: StatementDraft['over']): Change {
  return ({ statement }) => {
    statement.over = change;
  };
}

/** Has the attestation keys certified otherwise. */
export function certified(change: (source: StatementDraft['source']) => StatementDraft['source']): Change {
  return ({ statement }) => {
    statement.source = change(statement.source);
  };
}

export function bytesOf(statement: Statement, name: string): Uint8Array {
  const value = statement.get(name);
  if (!isBytes(value)) throw new NotApplicable(`the statement has no bytes ${name}`);
  return value;
}

export function flipped(bytes: Uint8Array): Uint8Array {
  const changed = new Uint8Array(bytes);
  changed[changed.length - 1] = (changed.at(-1) as number) ^ 1;
  return changed;
}

/** Signs with the attestation key of the statement. */
export async function signedBy(
  identity: AttestationIdentity | undefined,
  data: Uint8Array,
): Promise<Uint8Array> {
  if (identity === undefined) throw new NotApplicable('the statement has no attestation key');
  return engine.sign(identity.key, data);
}

export const flippedHash: StatementDraft['over'] = (signed) => ({
  ...signed,
  clientDataHash: flipped(signed.clientDataHash),
});

interface CommonOfFormat {
  readonly step: Step;
  readonly severity: 'medium';
  readonly needs: readonly Need[];
  readonly request: OptionsWish;
  readonly gain: string;
  readonly check: string;
}

/** What faults of one format have in common. */
export function commonOf(format: string, section: string, anchor: string): CommonOfFormat {
  const step: Step = sectionOf(section, `verification of ${format} attestation`, anchor);
  return {
    step,
    severity: 'medium',
    needs: ['attestation'],
    request: { attestation: 'direct' },
    gain: 'An authenticator passes for a model that it is not, with whatever trust that model has.',
    check: `Verify ${format} statements by every step of the specification's procedure, or refuse them.`,
  };
}

const HONEST: readonly (readonly [format: string, title: string])[] = [
  ['packed-self', 'honest packed attestation with the credential key'],
  ['packed', 'honest packed attestation with a certificate'],
  ['tpm', 'honest TPM attestation'],
  ['android-key', 'honest Android Key attestation'],
  ['android-safetynet', 'honest SafetyNet attestation'],
  ['fido-u2f', 'honest U2F attestation'],
  ['apple', 'honest Apple attestation'],
  ['compound', 'honest compound attestation'],
];

/** Which formats a server takes is up to it: what it takes is compared with what is wrong about it. */
export const honestAttestations: readonly Fault[] = registrations(
  'attestation',
  {
    step: registrationStep(21),
    severity: 'info',
    kind: 'observation',
    needs: ['attestation'],
    request: { attestation: 'direct' },
    gain: 'Which formats a server takes, and whom it trusts, is up to it; those it does not take are not tried further.',
    check: 'Nothing has to be done about it.',
  },
  HONEST.map(([format, title]) => ({
    id: `attestation-${format}`,
    title,
    ...(format === 'compound' && { policy: { algorithms: [-7], attestationFormats: ['packed', 'apple'] } }),
    ...((format === 'fido-u2f' || format === 'android-key' || format === 'apple' || format === 'tpm') && {
      policy: { algorithms: [-7] },
    }),
    change: made(format),
  })),
);

/** With the keys that every one of these formats takes. */
export const es256 = { policy: { algorithms: [-7] } } as const;

export function flippedSignature(format: string): Change {
  return made(
    format,
    members((statement) => statement.set('sig', flipped(bytesOf(statement, 'sig')))),
  );
}

/** The statement of a key that is not the credential's. */
export function ofOtherKey(format: string): Change {
  return async (draft) => {
    const { algorithm } = draft.key;
    await made(format)(draft);
    draft.key = await otherKey(algorithm);
  };
}

/** Changes the certificate of the attestation key, which its issuer signs again. */
export function certificate(format: string, change: (tbs: x509.TBSCertificate) => void): Change {
  return made(
    format,
    certified((source) => recertified(source, change)),
  );
}
