/** Events out of a stream of text (https://html.spec.whatwg.org/multipage/server-sent-events.html), as the door writes them. */
import type { WireEvent } from './wire.ts';

/** No event of the door's is longer, in characters. */
const LONGEST = 4 * 1024 * 1024;

export class EventText {
  #text = '';

  /**
   * Takes the next characters.
   *
   * @returns the events that they complete; signs of life are left out
   * @throws RangeError for an event that never ends
   */
  push(characters: string): WireEvent[] {
    const blocks = (this.#text + characters).split('\n\n');
    this.#text = blocks.pop() ?? '';
    if (this.#text.length > LONGEST)
      throw new RangeError(`expected an event of at most ${LONGEST} characters`);
    return blocks.flatMap((block) => eventIn(block) ?? []);
  }
}

function eventIn(block: string): WireEvent | undefined {
  let [event, id] = ['', ''];
  const lines: string[] = [];
  for (const line of block.split('\n')) {
    const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === 'event') event = value;
    else if (field === 'id') id = value;
    else if (field === 'data') lines.push(value);
  }
  if (event === '' || lines.length === 0) return undefined;
  const data: unknown = JSON.parse(lines.join('\n'));
  if (typeof data !== 'object' || data === null) return undefined;
  return { event, data: data as WireEvent['data'], ...(/^\d{1,15}$/.test(id) && { id: Number(id) }) };
}
