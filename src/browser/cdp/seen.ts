/**
 * What Chromium's virtual authenticator was seen to hold of a device and of a credential. `SLOW=1 STUNTKEY_WRITE_DOCS=1 npx vitest run
 * test/browser/cdp-seen.test.ts` asks the browser and writes this file; without the second variable it fails where the file is not current.
 */
export interface Seen {
  readonly browser: string;
  /** COSE numbers for which a page gets a key, that is told with the event, and taken with `addCredential`. */
  readonly algorithms: readonly number[];
  /** What `getTransports()` says of a device with that transport. */
  readonly transports: Readonly<Record<string, readonly string[]>>;
  /** Extensions that answer a page on a device that has all of them. */
  readonly extensions: readonly string[];
  /** Members of a credential record that come back as they were given, or as the page made them. */
  readonly members: readonly string[];
  /** The counters of a registration and of the sign-in after it; that of a credential which does not count. */
  readonly counters: { readonly registered: number; readonly used: number; readonly uncounted: number };
  /** What a registration attests with. */
  readonly attestation: { readonly format: string; readonly certified: boolean; readonly aaguid: string };
  /** Bytes of a credential ID. */
  readonly credentialIdLength: number;
  /** Whether a PRF secret is there for a credential that was made in the page, and for one that was brought. */
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
  members: [],
  counters: { registered: 1, used: 2, uncounted: 0 },
  attestation: { format: 'packed', certified: true, aaguid: '' },
  credentialIdLength: 32,
  prf: { made: true, brought: false },
};
