import { describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/authenticator/authenticator.ts';
import { type ModelName, models } from '../../src/authenticator/models/registry.ts';
import { metadataStatement } from '../../src/metadata/statement.ts';

const names = Object.keys(models) as ModelName[];

describe('the metadata statement', () => {
  it.each(names)(
    'of %s hints at every way its device can be attached, as getInfo tells them',
    async (model) => {
      const { attachmentHint } = (await metadataStatement(model, new Uint8Array())) as {
        attachmentHint: string[];
      };
      const { transports } = new Authenticator({ model }).policy;
      expect(attachmentHint.includes('internal')).toBe(transports.includes('internal'));
      expect(attachmentHint.includes('external')).toBe(transports.some((one) => one !== 'internal'));
      expect(attachmentHint.includes('wired')).toBe(transports.includes('usb'));
      expect(attachmentHint.includes('nfc')).toBe(transports.includes('nfc'));
      // "This flag MUST be combined with one or more other" flags.
      if (attachmentHint.includes('external')) expect(attachmentHint.length).toBeGreaterThan(1);
    },
  );
});
