/** Attaches devices to a browser that speaks WebDriver BiDi, with any driver. */
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import type { Answerer } from '../page/questions.ts';
import { fetchFromNode } from '../page/related.ts';
import { type Attachable, type AttachOptions, type Passkeys, passkeysOf, prepare } from '../passkeys.ts';
import type { BidiConnection } from './connection.ts';
import { openBidiPageMode } from './page-mode.ts';

/**
 * @param userContext the part of the browser to attach to; absent: all of it
 * @param closed called when devices can be attached again
 * @throws StuntkeyError `bad-options`; `mode-cannot` for modes `cdp` and `proxy`, which BiDi does not support
 */
export async function attachBidi(
  connection: BidiConnection,
  userContext: string | undefined,
  devices: Attachable,
  options: AttachOptions,
  closed: () => void,
): Promise<Passkeys> {
  const { mode = 'page' } = options;
  if (mode === 'cdp' || mode === 'proxy')
    throw new StuntkeyError(
      'mode-cannot',
      `mode ${mode} needs the Chrome DevTools Protocol, and this is WebDriver BiDi; mode page can`,
    );
  const attachment = await prepare(devices, { ...options, fetch: options.fetch ?? fetchFromNode });
  const driver = await openBidiPageMode(
    connection,
    attachment.answer as Answerer,
    userContext,
    options.patience,
  );
  return passkeysOf(attachment, driver, closed);
}
