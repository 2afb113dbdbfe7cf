/** Whom @simplewebauthn/server trusts, which it holds for all that is in its process. */
import { SettingsService } from '@simplewebauthn/server';
import { afterAll, beforeAll } from 'vitest';

const FORMATS = ['packed', 'tpm', 'android-key', 'android-safetynet', 'apple', 'fido-u2f'] as const;

/** Has it trust one root while a file's tests run, and whom it trusted before when they have run. */
export function trustOnly(root: () => Promise<string>): void {
  const before = ([...FORMATS, 'mds'] as const).map((identifier) => ({
    identifier,
    certificates: SettingsService.getRootCertificates({ identifier }),
  }));
  beforeAll(async () => {
    const certificates = [await root()];
    for (const identifier of FORMATS) SettingsService.setRootCertificates({ identifier, certificates });
  });
  afterAll(() => {
    for (const roots of before) SettingsService.setRootCertificates(roots);
  });
}
