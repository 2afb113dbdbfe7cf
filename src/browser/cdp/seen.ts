/**
 * Which properties of a device and of a credential Chromium's virtual authenticator has, as was seen. `SLOW=1 STUNTKEY_WRITE_DOCS=1 npx vitest run
 * test/browser/cdp-seen.test.ts` asks the browser and writes this file; without the second variable it fails where the file is not current.
 */
export interface Seen {
  readonly browser: string;
  /** COSE numbers for which a page gets a key, the event has it, and `addCredential` accepts it. */
  readonly algorithms: readonly number[];
  /** What `getTransports()` returns for a device with that transport. */
  readonly transports: Readonly<Record<string, readonly string[]>>;
  /** Extensions with an output in a page, for a device that has all extensions. */
  readonly extensions: readonly string[];
  /** Members of a credential record that come back unchanged, or as the page made them. */
  readonly members: readonly string[];
  /** The counters of a registration and of the sign-in after it, and of a credential without a counter. */
  readonly counters: { readonly registered: number; readonly used: number; readonly uncounted: number };
  /** The attestation of a registration. */
  readonly attestation: { readonly format: string; readonly certified: boolean; readonly aaguid: string };
  /** Bytes of a credential ID. */
  readonly credentialIdLength: number;
  /** Whether there is a PRF secret for a credential that was made in the page, and for one that was added. */
  readonly prf: { readonly made: boolean; readonly brought: boolean };
}

export const SEEN: Seen = {
  browser: 'Chrome/156',
  algorithms: [-7, -8, -257, -48, -49, -50],
  transports: {
    usb: ['usb'],
    nfc: ['nfc'],
    ble: ['ble'],
    hybrid: ['ble', 'hybrid'],
    'smart-card': ['nfc', 'smart-card'],
    internal: ['internal'],
  },
  extensions: ['credProtect', 'credBlob', 'largeBlob', 'hmac-secret', 'hmac-secret-mc', 'minPinLength'],
  members: [
    'backupEligible',
    'backupState',
    'discoverable',
    'id',
    'largeBlob',
    'privateKey',
    'rpId',
    'signCount',
    'userDisplayName',
    'userId',
    'userName',
  ],
  counters: {
    registered: 1,
    used: 2,
    uncounted: 0,
  },
  attestation: {
    format: 'packed',
    certified: true,
    aaguid: '01020304-0506-0708-0102-030405060708',
  },
  credentialIdLength: 32,
  prf: {
    made: true,
    brought: false,
  },
};
