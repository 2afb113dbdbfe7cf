/** The PIN: whether there is one, how many attempts are left, and another. */
import { useState } from 'preact/hooks';
import { Dialog } from '../view/dialog.tsx';
import { Facts, Field } from '../view/field.tsx';
import { useCell, useSession, useShell } from '../view/use.ts';

export function PinPart() {
  const session = useSession();
  const pin = useCell(session.pin);
  const [isOpen, setOpen] = useState(false);
  if (pin === undefined) return null;
  return (
    <section class="card" aria-labelledby="pin-title">
      <h2 id="pin-title">PIN</h2>
      {pin.supported ? (
        <>
          <Facts
            of={[
              ['state', pin.set ? (pin.mustChange ? 'set, and has to be changed' : 'set') : 'none is set'],
              pin.retries !== undefined && ['attempts left', <Retries key="r" left={pin.retries} />],
              pin.verificationRetries !== undefined && [
                'of verification',
                <Retries key="v" left={pin.verificationRetries} />,
              ],
              pin.minimum !== undefined && ['shortest', `${pin.minimum} characters`],
            ]}
          />
          <div class="buttons start">
            <button type="button" onClick={() => setOpen(true)}>
              {pin.set ? 'Change PIN …' : 'Set a PIN …'}
            </button>
          </div>
        </>
      ) : (
        <p class="faint">The device has none.</p>
      )}
      {isOpen && <PinDialog isSet={pin.set} minimum={pin.minimum ?? 4} onClose={() => setOpen(false)} />}
    </section>
  );
}

function Retries({ left }: { readonly left: number }) {
  return <span class={left === 0 ? 'bad' : undefined}>{left === 0 ? '0: it is blocked' : left}</span>;
}

function PinDialog({
  isSet,
  minimum,
  onClose,
}: {
  readonly isSet: boolean;
  readonly minimum: number;
  readonly onClose: () => void;
}) {
  const { source } = useSession();
  const shell = useShell();
  const [old, setOld] = useState('');
  const [next, setNext] = useState('');
  const secret = { type: 'password', autocomplete: 'off', required: true } as const;
  return (
    <Dialog
      title={isSet ? 'Change the PIN' : 'Set a PIN'}
      doIt={isSet ? 'Change' : 'Set'}
      onClose={onClose}
      onDo={async () => {
        onClose();
        await shell.act(
          () => source.setPin(next, isSet ? old : undefined),
          'The PIN is set. What the person enters is for the pane Person to say.',
        );
      }}
    >
      {isSet && <Field label="The PIN that is set" value={old} onValue={setOld} input={secret} />}
      <Field
        label="New PIN"
        value={next}
        onValue={setNext}
        hint={`${minimum} characters or more`}
        input={secret}
      />
    </Dialog>
  );
}
