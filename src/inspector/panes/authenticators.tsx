/** The device: what it is, and what its owner does to it. */
import { useState } from 'preact/hooks';
import type { Tree } from '../answers.ts';
import { Dialog } from '../view/dialog.tsx';
import { Facts } from '../view/field.tsx';
import { Text } from '../view/text.tsx';
import { DataTree } from '../view/tree.tsx';
import { useCell, useSession, useShell } from '../view/use.ts';
import { Fingerprints } from './fingerprints.tsx';
import { PinPart } from './pin.tsx';

export function Authenticators() {
  const session = useSession();
  const shell = useShell();
  const info = useCell(session.info);
  const [isResetting, setResetting] = useState(false);
  const credentials = useCell(session.credentials);
  if (info === undefined) return <p class="faint pad">Asking the device …</p>;
  const { device, ctap2, u2f, authenticatorGetInfo } = info;
  const discoverable = credentials?.filter((one) => one.discoverable).length ?? info.discoverableCredentials;
  const answers = [ctap2 && `CTAP ${device.edition}`, u2f && 'CTAP1/U2F'].filter(Boolean).join(', ');
  return (
    <div class="columns">
      <section class="card" aria-labelledby="device-title">
        <h2 id="device-title">{device.model ?? 'A device of its own policy'}</h2>
        <Facts
          of={[
            ['answers', answers],
            ['AAGUID', <Text key="a" value={String(authenticatorGetInfo?.aaguid ?? 'none')} />],
            ['transports', device.transports.join(', ')],
            ['verification', VERIFICATION[device.verification]],
            [
              'capacity',
              device.capacity === undefined
                ? `${discoverable.toLocaleString('en')} discoverable credentials, no limit`
                : `${discoverable.toLocaleString('en')} of ${device.capacity.toLocaleString('en')} discoverable credentials`,
            ],
          ]}
        />
        <div class="buttons start">
          <button
            type="button"
            onClick={() =>
              shell.act(() => session.source.powerCycle(), 'The device was unplugged and plugged in.')
            }
          >
            Power-cycle
          </button>
          <button type="button" class="danger" onClick={() => setResetting(true)}>
            Reset …
          </button>
        </div>
      </section>
      <PinPart />
      {device.verification === 'fingerprint' && <Fingerprints />}
      {authenticatorGetInfo !== undefined && (
        <section class="card wide" aria-labelledby="get-info-title">
          <h2 id="get-info-title">authenticatorGetInfo</h2>
          <DataTree id="get-info" label="authenticatorGetInfo" value={authenticatorGetInfo as Tree} />
        </section>
      )}
      {isResetting && (
        <Dialog
          title="Reset the device?"
          doIt="Reset"
          isDangerous
          onClose={() => setResetting(false)}
          onDo={async () => {
            setResetting(false);
            await shell.act(() => session.source.reset(), 'The device is as it left the factory.');
          }}
        >
          <p>Its credentials, its PIN and its settings are gone then. The person has to touch it.</p>
        </Dialog>
      )}
    </div>
  );
}

const VERIFICATION = {
  none: 'none of its own: by PIN',
  'built-in': 'built in',
  fingerprint: 'by fingerprint',
} as const;
