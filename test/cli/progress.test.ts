import { describe, expect, it } from 'vitest';
import { progress } from '../../src/cli/progress.ts';
import { ManualClock } from '../../src/entries/index.ts';

/** The last content of the line. */
function terminal() {
  let written = '';
  const stream = {
    isTTY: true,
    write(text: string) {
      written += text;
    },
  };
  return { stream, line: () => written.split('\r\x1b[K').at(-1) };
}

describe('the bar of a long command', () => {
  it('says how long the rest takes, by the pace so far, once there is one', () => {
    const clock = new ManualClock();
    const { stream, line } = terminal();
    const bar = progress('faults', 100, 0, { stream, clock });
    clock.advance(2_000);
    bar.show(10);
    expect(line()).toBe('[##----------------------] 10/100 faults');
    clock.advance(2_000);
    bar.show(20);
    expect(line()).toBe('[####--------------------] 20/100 faults, about 16 s left');
    clock.advance(396_000);
    bar.show(50);
    expect(line()).toBe('[############------------] 50/100 faults, about 7 min left');
    bar.show(100);
    expect(line()).toBe('[########################] 100/100 faults');
  });

  it('does not take for its pace what was done before', () => {
    const clock = new ManualClock();
    const { stream, line } = terminal();
    const bar = progress('faults', 100, 80, { stream, clock });
    clock.advance(10_000);
    bar.show(90);
    expect(line()).toBe('[#####################---] 90/100 faults, about 10 s left');
  });

  it('is nothing where there is no terminal', () => {
    let written = 0;
    const write = (): void => {
      written += 1;
    };
    const bar = progress('faults', 2, 0, { stream: { write }, clock: new ManualClock() });
    bar.show(1);
    bar.end();
    expect(written).toBe(0);
  });
});
