import { describe, expect, it } from 'vitest';
import { persistent } from '../../src/browser/bidi/connection.ts';

/** A connection that answers every command with the next of these errors, and then with the command's name. */
function failing(...messages: string[]) {
  const sent: string[] = [];
  const connection = {
    async send(method: string) {
      sent.push(method);
      const message = messages.shift();
      if (message !== undefined) throw new Error(message);
      return method;
    },
    on: () => undefined,
    off: () => undefined,
  };
  return { sent, connection: persistent(connection) };
}

const MIXED_UP = 'unknown error: TypeError: can\'t access property "context", realm is null';

describe('a command over WebDriver BiDi', () => {
  it('is sent again where Firefox falls over another document that goes', async () => {
    const { sent, connection } = failing(MIXED_UP, MIXED_UP);
    expect(await connection.send('script.callFunction', {})).toBe('script.callFunction');
    expect(sent).toHaveLength(3);
  });

  it('is not sent for ever', async () => {
    const { connection } = failing(...Array.from({ length: 100 }, () => MIXED_UP));
    await expect(connection.send('script.callFunction', {})).rejects.toThrow('realm is null');
  });

  it('is sent once where it fails for another reason', async () => {
    const { sent, connection } = failing('no such frame: Realm with id 7 not found');
    await expect(connection.send('script.callFunction', {})).rejects.toThrow('no such frame');
    expect(sent).toHaveLength(1);
  });
});
