/** A part of a ceremony that opens and closes, with a word on it that is seen while it is closed. */
import type { ComponentChildren } from 'preact';

interface LayerProps {
  readonly title: string;
  readonly word?: ComponentChildren;
  readonly isOpen?: boolean;
  /** Whether it is where the ceremony was refused. */
  readonly isWrong?: boolean;
  readonly children: ComponentChildren;
}

export function Layer({ title, word, isOpen = false, isWrong = false, children }: LayerProps) {
  return (
    <details class={isWrong ? 'layer wrong' : 'layer'} open={isOpen}>
      <summary>
        <h3>{title}</h3>
        {word !== undefined && <span class="word">{word}</span>}
      </summary>
      <div class="layer-body">{children}</div>
    </details>
  );
}
