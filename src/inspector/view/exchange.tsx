/** A message to a device and its answer: as trees beside their bytes, or as trees where the bytes were not saved. */
import { useMemo } from 'preact/hooks';
import { fromHex } from '../../base/bytes.ts';
import { type Place, placesOf } from '../../decode/places.ts';
import type { ExchangeJson, Tree } from '../answers.ts';
import { Lit } from './lit.tsx';
import { Text } from './text.tsx';
import { DataTree } from './tree.tsx';

interface ExchangeProps {
  readonly exchange: ExchangeJson;
  /** Unique in the page. */
  readonly id: string;
  readonly isOpen: boolean;
  readonly isWrong: boolean;
}

export function ExchangeView({ exchange, id, isOpen, isWrong }: ExchangeProps) {
  const { failure, milliseconds } = exchange;
  return (
    <details class={isWrong ? 'exchange wrong' : 'exchange'} open={isOpen}>
      <summary>
        <h4>
          <Text value={headlineOf(exchange)} />
        </h4>
        <span class="word">
          <Text value={answerWord(exchange)} />
          {milliseconds !== undefined && <span class="faint"> {milliseconds} ms</span>}
        </span>
      </summary>
      {failure !== undefined && (
        <p class="problem">
          <Text value={failure} />
        </p>
      )}
      <Side exchange={exchange} side="request" id={`${id}-request`} />
      <Side exchange={exchange} side="response" id={`${id}-response`} />
    </details>
  );
}

function Side({
  exchange,
  side,
  id,
}: {
  readonly exchange: ExchangeJson;
  readonly side: 'request' | 'response';
  readonly id: string;
}) {
  const written = exchange.bytes?.[side];
  const bytes = useMemo(() => bytesOf(written), [written]);
  const command = useMemo(() => bytesOf(exchange.bytes?.request)?.[0], [exchange]);
  const place = useMemo(() => bytes && placeOf(exchange, side, bytes, command), [exchange, side, bytes]);
  const tree = exchange[side];
  const title = side === 'request' ? 'Request' : 'Response';
  if (bytes === undefined || place === undefined)
    return tree === undefined ? (
      <p class="faint">{side === 'response' ? 'No answer came.' : 'No request.'}</p>
    ) : (
      <>
        <h5>{title}</h5>
        <DataTree id={id} label={title} value={tree} />
      </>
    );
  return (
    <>
      <h5>
        {title} <span class="faint">{bytes.length} bytes</span>
      </h5>
      <Lit id={id} label={title} place={place} bytes={bytes} />
    </>
  );
}

function placeOf(
  { protocol, request, response }: ExchangeJson,
  side: 'request' | 'response',
  bytes: Uint8Array,
  command: number | undefined,
): Place {
  if (protocol !== 'U2F')
    return placesOf(bytes, side === 'request' ? 'CTAP request' : 'CTAP response', command);
  // An APDU has few parts, and its tree has them all.
  const tree = (side === 'request' ? request : response) ?? null;
  const members = Object.entries(typeof tree === 'object' && tree !== null ? tree : {});
  const whole = { start: 0, end: bytes.length };
  return {
    name: `U2F ${side}`,
    text: `${bytes.length} bytes`,
    ...whole,
    members: members.map(([name, value]) => ({ name, text: String(value), ...whole, members: [] })),
  };
}

/** `h'…'` as bytes; undefined for anything else. */
function bytesOf(written: string | undefined): Uint8Array | undefined {
  const digits = /^h'((?:[0-9a-f]{2})*)'$/i.exec(written ?? '')?.[1];
  return digits === undefined ? undefined : fromHex(digits);
}

/** The command, as its specification calls it. */
export function headlineOf({ request }: ExchangeJson): string {
  const { command, instruction } = members(request);
  const name = command ?? instruction;
  const sub = members(members(request).parameters).subCommand;
  const text = typeof name === 'string' ? name.replace(/ \(0x\w+\)$/, '') : 'a message';
  return typeof sub === 'string' ? `${text}: ${sub.replace(/ \(\d+\)$/, '')}` : text;
}

function answerWord({ response, failure }: ExchangeJson): string {
  const { status } = members(response);
  if (typeof status === 'string') return status.replace(/^0x00 CTAP2_OK$/, 'OK').replace(/^SW_/, '');
  return failure === undefined ? 'no answer' : 'failed';
}

function members(tree: Tree | undefined): { readonly [name: string]: Tree | undefined } {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree)
    ? (tree as { readonly [name: string]: Tree })
    : {};
}
