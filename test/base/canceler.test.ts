import { describe, expect, it } from 'vitest';
import { Canceler } from '../../src/base/canceler.ts';

describe('a canceler', () => {
  it('has the reason that an AbortController’s signal has', () => {
    const [canceler, controller] = [new Canceler(), new AbortController()];
    expect([canceler.aborted, canceler.reason]).toEqual([false, undefined]);
    canceler.abort();
    controller.abort();
    const { name, message } = controller.signal.reason as DOMException;
    expect(canceler.aborted).toBe(true);
    expect(canceler.reason).toBeInstanceOf(DOMException);
    expect(canceler.reason).toMatchObject({ name, message });
  });

  it('keeps its reason, and calls each listener once, unless it was removed', () => {
    const canceler = new Canceler();
    const called: string[] = [];
    const removed = (): void => void called.push('removed');
    canceler.addEventListener('abort', removed);
    canceler.addEventListener('abort', () => {
      called.push(String(canceler.aborted));
      canceler.removeEventListener('abort', removed);
    });
    canceler.removeEventListener('abort', removed);
    canceler.abort();
    const { reason } = canceler;
    canceler.abort();
    expect(called).toEqual(['true']);
    expect(canceler.reason).toBe(reason);
  });
});
