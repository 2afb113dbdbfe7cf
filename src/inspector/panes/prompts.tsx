/** Prompts that wait: a click is a touch. */
import type { Prompt } from '../answers.ts';
import { Text } from '../view/text.tsx';
import { useCell, useSession, useShell } from '../view/use.ts';

/** All that waits, wherever one is in the page. */
export function Prompts() {
  const session = useSession();
  const prompts = useCell(session.prompts);
  return (
    <div class="prompts" role="region" aria-live="assertive" aria-label="Prompts that wait">
      {prompts.map((prompt) => (
        <PromptCard key={prompt.prompt} prompt={prompt} />
      ))}
    </div>
  );
}

function PromptCard({ prompt }: { readonly prompt: Prompt }) {
  const { source } = useSession();
  const shell = useShell();
  const { kind, command, rpId, holdFor } = prompt;
  const answer = (word: string): void => void shell.act(() => source.answer(prompt.prompt, word));
  return (
    <section class="prompt" aria-label={ASKED[kind]}>
      <p class="grow">
        <strong>{ASKED[kind]}</strong>
        {rpId !== undefined && (
          <>
            {' for '}
            <Text value={rpId} most={120} />
          </>
        )}
        <br />
        <span class="faint">
          <Text value={command ?? 'U2F'} />
          {holdFor !== undefined && `, for ${holdFor} ms`}
        </span>
      </p>
      <button type="button" class="primary" onClick={() => answer('approve')}>
        {DONE[kind]}
      </button>
      <button type="button" onClick={() => answer('decline')}>
        Decline
      </button>
      {kind !== 'presence' && (
        <button type="button" onClick={() => answer('fail')}>
          Fail
        </button>
      )}
    </section>
  );
}

const ASKED = {
  presence: 'The device waits for a touch',
  verification: 'The device wants to recognize its person',
  'fingerprint-sample': 'The sensor waits for a finger',
} as const;

const DONE = {
  presence: 'Touch',
  verification: 'Be recognized',
  'fingerprint-sample': 'A good sample',
} as const;
