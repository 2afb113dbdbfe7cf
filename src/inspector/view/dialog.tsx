/** A dialog before everything else: the browser keeps the focus in it, closes it with Escape, and gives the focus back. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

interface DialogProps {
  readonly title: string;
  /** What the button that does it says. */
  readonly doIt: string;
  readonly isDangerous?: boolean;
  /** Whether the dialog has no way out but doing it. */
  readonly isFirm?: boolean;
  readonly onDo: () => void | Promise<void>;
  readonly onClose: () => void;
  readonly children?: ComponentChildren;
}

export function Dialog({ title, doIt, isDangerous, isFirm, onDo, onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = element.current;
    if (dialog?.open === false) dialog.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={element}
      aria-labelledby={heading}
      onCancel={(event) => {
        if (isFirm) event.preventDefault();
      }}
      onClose={() => {
        if (!isFirm) onClose();
        // (A second Escape closes any dialog.)
        else if (element.current?.isConnected) element.current.showModal();
      }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void onDo();
        }}
      >
        <h2 id={heading}>{title}</h2>
        {children}
        <div class="buttons">
          {!isFirm && (
            <button type="button" onClick={() => element.current?.close()}>
              Cancel
            </button>
          )}
          <button type="submit" class={isDangerous ? 'danger' : 'primary'}>
            {doIt}
          </button>
        </div>
      </form>
    </dialog>
  );
}
