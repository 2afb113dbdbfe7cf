/** How it is with what was begun: in a line that is read out when it changes. */
import type { ComponentChildren } from 'preact';
import { Text } from '../../inspector/view/text.tsx';

interface StateProps {
  readonly isBad?: boolean;
  /** Whether nothing has come of it yet. */
  readonly isOpen?: boolean;
  readonly children: ComponentChildren;
}

export function State({ isBad = false, isOpen = false, children }: StateProps) {
  return (
    <p class={isBad ? 'outcome-line bad' : 'outcome-line'} role="status">
      {isOpen ? <span class="faint">{children}</span> : children}
    </p>
  );
}

/** Why it cannot go on, if there is a reason. */
export function Problem({ of }: { readonly of: string | undefined }) {
  if (of === undefined) return null;
  return (
    <p class="problem" role="alert">
      <Text value={of} most={1000} />
    </p>
  );
}
