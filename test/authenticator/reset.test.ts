import { describe, expect, it } from 'vitest';
import { type Managed, managed } from './managed.ts';

const reset = async (device: Managed, transport?: string): Promise<string | undefined> =>
  (await device.send(0x07, {}, transport === undefined ? {} : { transport })).status;

describe('authenticatorReset', () => {
  it('is had over the transports for it, the first of the device where none is told', async () => {
    const policy = { transports: ['usb', 'nfc'], transportsForReset: ['usb'] } as const;
    expect(await reset(managed(policy), 'usb')).toBe('CTAP2_OK');
    expect(await reset(managed(policy))).toBe('CTAP2_OK');
    expect(await reset(managed(policy), 'nfc')).toBe('CTAP2_ERR_NOT_ALLOWED');
    expect(await reset(managed({ ...policy, transports: ['nfc', 'usb'] }))).toBe('CTAP2_ERR_NOT_ALLOWED');
    expect(await reset(managed({ transports: ['usb', 'nfc'] }), 'nfc')).toBe('CTAP2_OK');
  });

  it('takes nothing away where it is refused', async () => {
    const device = managed({ transportsForReset: ['usb'] });
    await device.make('example.com', 'ada');
    const before = device.contents();
    expect(await reset(device, 'nfc')).toBe('CTAP2_ERR_NOT_ALLOWED');
    expect(device.contents()).toBe(before);
    expect(await reset(device, 'usb')).toBe('CTAP2_OK');
    expect(device.contents()).not.toBe(before);
  });
});
