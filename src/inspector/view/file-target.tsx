/** A place that takes a file which is dropped on it. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

interface TargetProps {
  readonly what: string;
  readonly onFile: (file: File) => void;
  readonly children: ComponentChildren;
}

export function FileTarget({ what, onFile, children }: TargetProps) {
  const [isOver, setOver] = useState(false);
  return (
    <div
      class={isOver ? 'target over' : 'target'}
      onDragOver={(event) => {
        if (event.dataTransfer?.types.includes('Files') !== true) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={({ currentTarget, relatedTarget }) => {
        if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) setOver(false);
      }}
      onDrop={(event) => {
        const file = event.dataTransfer?.files[0];
        if (file === undefined) return;
        event.preventDefault();
        setOver(false);
        onFile(file);
      }}
    >
      {children}
      {isOver && <p class="drop-here">Drop {what}</p>}
    </div>
  );
}
