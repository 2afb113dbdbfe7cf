/** `stuntkey decode`: says what a blob is, and what is in it. */
import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import type { CtapCommandName } from '../ctap/commands.ts';
import type { DecodedKind, DecodeOptions } from '../decode/decode.ts';
import { decodedKinds } from '../decode/kinds.ts';
import { UsageError } from './error.ts';
import { examples } from './help.ts';
import { readChunks, readFile } from './input.ts';
import type { GlobalOptions } from './key.ts';
import { jsonText, note, print, printJson, styled } from './output.ts';

interface Arguments extends GlobalOptions {
  readonly as?: DecodedKind;
  readonly command?: CtapCommandName;
  readonly pcapng?: true;
}

export function decodeCommand(): Command {
  return new Command('decode')
    .description('say what a blob is, and show what is in it')
    .argument('[blob]', 'a file, or the blob itself: base64url, hexadecimal or JSON; - or nothing is stdin')
    .addOption(
      new Option('--as <kind>', 'the kind of the blob, where several are possible').choices(decodedKinds),
    )
    .option('--command <name>', 'the command that a CTAP response answers, such as authenticatorGetInfo')
    .option('--pcapng', 'a capture of USB (pcapng or pcap): what security keys were asked and answered')
    .addHelpText(
      'after',
      examples(
        'stuntkey decode o3mm9u6vuaVeN4wRgDTidR5oL6ufLTCrE9ISVYbOGUcFAAAAAQ',
        'stuntkey create options.json --origin https://example.com | stuntkey decode',
        'stuntkey decode authdata.bin --json',
        'stuntkey decode --pcapng key.pcapng',
      ),
    )
    .action(async (blob: string | undefined, _options: unknown, command: Command) => {
      const { as, command: name, json, pcapng } = command.optsWithGlobals<Arguments>();
      if (pcapng) {
        if (as !== undefined || name !== undefined)
          throw new UsageError('expected --pcapng without --as and --command, got both');
        return decodeCapture(blob ?? '-', json === true);
      }
      const { CtapCommand } = await import('../ctap/commands.ts');
      if (name !== undefined && !Object.hasOwn(CtapCommand, name)) {
        const known = Object.keys(CtapCommand).join(', ');
        throw new UsageError(`--command: expected one of ${known}, got ${name}`);
      }
      const found = await decoded(blob, { ...(as && { as }), ...(name && { command: name }) });
      if (json) printJson({ kind: found.kind, value: found.value });
      else print(String(found).replace(/^.*/, (kind) => styled('bold', kind)));
    });
}

/** Whether it looks like the name of a file: short, and no spelling of bytes that is worth decoding, or a path. */
function isFileName(blob: string | undefined): blob is string {
  return (
    blob !== undefined &&
    blob !== '-' &&
    !existsSync(blob) &&
    /^[\w./\\ -]+$/.test(blob) &&
    (/[/.\\]/.test(blob) || blob.length < 16)
  );
}

async function decoded(blob: string | undefined, options: DecodeOptions) {
  const { decode } = await import('../decode/decode.ts');
  const { DecodeError } = await import('../decode/error.ts');
  const attempts: (() => ReturnType<typeof decode>)[] = [];
  if (blob !== undefined && blob !== '-' && !existsSync(blob)) attempts.push(() => decode(blob, options));
  else {
    const bytes = await readFile(blob ?? '-', 'blob');
    if (bytes.length === 0) throw new UsageError('blob: expected something to decode, got nothing');
    // A text that spells bytes is more likely than bytes that happen to be text.
    const text = Buffer.from(bytes).toString('utf8');
    if (/^[\t\r\n\x20-\x7e\u{a0}-\u{fffc}\u{10000}-\u{10ffff}]*$/u.test(text)) {
      attempts.push(() => decode(text, options));
    }
    attempts.push(() => decode(new Uint8Array(bytes), options));
  }
  let first: unknown;
  for (const attempt of attempts) {
    try {
      return attempt();
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      first ??= error;
    }
  }
  const { message } = first as Error;
  if (isFileName(blob))
    throw new UsageError(`blob: expected a file, or the blob itself: there is no file ${blob}`);
  throw new UsageError(`blob: ${message}`);
}

/** The exchanges of a capture, as they are read. */
async function decodeCapture(file: string, json: boolean): Promise<void> {
  const { readExchanges } = await import('../capture/exchanges.ts');
  const { exchangeText, exchangeTree } = await import('../capture/tree.ts');
  const reading = readExchanges(readChunks(file, 'capture'));
  for (let place = 1; ; place++) {
    const { done, value } = await reading.next();
    if (!done) {
      print(json ? jsonText(exchangeTree(value)) : `${place > 1 ? '\n' : ''}${exchangeText(place, value)}`);
      continue;
    }
    if (value.cut) note('the capture is cut: what is before the cut was read');
    if (place === 1) note('the capture has no requests to a security key');
    return;
  }
}
