/** Faults of authenticator data as a structure. */
import { concat } from '../../base/bytes.ts';
import { encodeCbor } from '../../cbor/cbor.ts';
import { toCose } from '../../crypto/formats/cose.ts';
import { AuthenticatorDataFlags } from '../../ctap/authenticator-data.ts';
import type { Fault } from '../fault.ts';
import { registrationStep, sectionOf } from '../steps.ts';
import { authentications, both, registrations } from './define.ts';

const { AT, ED } = AuthenticatorDataFlags;
const DATA = sectionOf('6.1', 'the structure of authenticator data', 'sctn-authenticator-data');

const common = {
  steps: { registration: DATA, authentication: DATA },
  severity: 'medium',
  guard: 'auth-data.trailing-bytes',
  gain: 'A parser that reads past what is there, or stops before its end, takes one thing for another; some have crashed.',
  check:
    'Read authenticator data by its grammar: at least 37 bytes, attested data only with flag AT, extensions only with flag ED, and nothing behind.',
} as const;

export const authenticatorDataFaults: readonly Fault[] = [
  ...both('authenticator-data', common, [
    {
      id: 'authenticator-data-trailing',
      title: 'bytes behind the authenticator data',
      change: (draft) => {
        draft.authData = (bytes) => concat(bytes, Uint8Array.of(0, 1, 2, 3));
      },
    },
    {
      id: 'authenticator-data-undeclared-extensions',
      title: 'extensions without flag ED',
      change: (draft) => {
        draft.flags &= ~ED;
        draft.extensions = encodeCbor(new Map([['stuntkeyTest', true]]));
      },
    },
    {
      id: 'authenticator-data-missing-extensions',
      guard: 'auth-data.extensions',
      title: 'flag ED without extensions',
      change: (draft) => {
        draft.flags |= ED;
        draft.extensions = new Uint8Array();
      },
    },
    {
      id: 'authenticator-data-extensions-no-map',
      guard: 'auth-data.extensions',
      title: 'extensions that are no map',
      change: (draft) => {
        draft.flags |= ED;
        draft.extensions = encodeCbor(['stuntkeyTest']);
      },
    },
    {
      id: 'authenticator-data-extensions-cut',
      guard: 'auth-data.extensions',
      title: 'extensions that end too early',
      change: (draft) => {
        draft.flags |= ED;
        draft.extensions = encodeCbor(new Map([['stuntkeyTest', true]])).slice(0, -1);
      },
    },
  ]),
  ...registrations('authenticator-data', { ...common, step: registrationStep(13) }, [
    {
      id: 'registration-authenticator-data-short',
      guard: 'auth-data.length',
      title: 'authenticator data of 36 bytes',
      change: (draft) => {
        draft.authData = (bytes) => bytes.slice(0, 36);
      },
    },
    {
      id: 'registration-authenticator-data-empty',
      guard: 'auth-data.length',
      title: 'no authenticator data in the attestation object',
      change: (draft) => {
        draft.authData = () => new Uint8Array();
      },
    },
    {
      id: 'registration-credential-missing',
      guard: 'auth-data.attested-data',
      title: 'flag AT without a credential',
      change: (draft) => {
        draft.authData = (bytes) => bytes.slice(0, 37);
      },
    },
    {
      id: 'registration-authenticator-data-without-credential',
      guard: 'auth-data.attested-data-flag',
      title: 'authenticator data without a credential',
      change: (draft) => {
        draft.flags &= ~AT;
        draft.authData = (bytes) => bytes.slice(0, 37);
      },
    },
    {
      id: 'registration-undeclared-credential',
      guard: 'auth-data.attested-data-flag',
      title: 'a credential without flag AT',
      change: (draft) => {
        draft.flags &= ~AT;
      },
    },
    {
      id: 'registration-credential-cut',
      guard: 'credential-key.cbor',
      title: 'a credential that ends in its key',
      change: (draft) => {
        draft.authData = (bytes) => bytes.slice(0, -8);
      },
    },
    {
      id: 'registration-credential-id-length-beyond',
      guard: 'auth-data.attested-data',
      title: 'a credential ID said to be longer than everything',
      change: (draft) => {
        draft.credentialIdLength = 1000;
      },
    },
  ]),
  ...authentications('authenticator-data', { ...common, step: DATA }, [
    {
      id: 'authentication-authenticator-data-short',
      guard: 'auth-data.length',
      title: 'authenticator data of 36 bytes',
      change: (draft) => {
        draft.authData = (bytes) => bytes.slice(0, 36);
      },
    },
    {
      id: 'authentication-authenticator-data-empty',
      guard: 'auth-data.length',
      title: 'no authenticator data',
      change: (draft) => {
        draft.authData = () => new Uint8Array();
      },
    },
    {
      id: 'authentication-with-attested-credential',
      title: 'an assertion with a credential in its authenticator data',
      severity: 'low',
      guard: 'auth-data.attested-data-flag',
      change: (draft) => {
        const { algorithm, publicKey, id } = draft.credential;
        draft.flags |= AT;
        draft.attested = concat(
          new Uint8Array(16),
          Uint8Array.of(id.length >>> 8, id.length & 0xff),
          id,
          encodeCbor(toCose(algorithm, publicKey)),
        );
      },
      gain: 'A registration can be handed in for a sign-in: packed self attestation is a signature by the same key over the same kind of data.',
    },
    {
      id: 'authentication-attested-flag-alone',
      title: 'an assertion with flag AT and no credential',
      severity: 'low',
      guard: 'auth-data.attested-data-flag',
      change: (draft) => {
        draft.flags |= AT;
      },
    },
  ]),
];
