/** Keeps what a device is asked and answers, as a capture of USB: whatever carried it, the messages are laid out as CTAPHID's packets. */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { CarriedDevice } from '../transport/device.ts';
import { TransportError } from '../transport/errors.ts';
import { type RecordingOptions, Tape } from './tape.ts';

/** A file that grows with what devices are asked. */
export interface Recording extends Disposable {
  /** The same device, which is recorded from now on. */
  of<Device extends CarriedDevice>(device: Device): Device;
  /** Writes what is not in the file yet. */
  flush(): void;
  /** Ends the file. */
  close(): void;
}

/**
 * Records into a file of pcapng, which Wireshark reads. Messages are written together, at most a twentieth of a second after they
 * passed, and when the program exits; the file always ends behind a whole message. What was there before is gone; only its owner can read it.
 *
 * @throws TransportError `cannot-open` when the file cannot be written
 *
 * @example
 * ```ts
 * import { Authenticator, WebAuthnClient } from 'stuntkey';
 * import { recordTo } from 'stuntkey/capture';
 * const recording = recordTo('/tmp/key.pcapng');
 * const authenticator = recording.of(new Authenticator());
 * await authenticator.transact(Uint8Array.of(0x04)); // authenticatorGetInfo
 * recording.close();
 * ```
 */
export function recordTo(file: string, options: RecordingOptions = {}): Recording {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'w', 0o600);
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new TransportError('cannot-open', `expected a file to record into, got ${reason}`, { cause });
  }
  const tape = new Tape((bytes) => {
    for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
  }, options);
  const flush = (): void => tape.flush();
  const close = (): void => {
    if (!tape.close()) return;
    atExit.delete(flush);
    if (atExit.size === 0) process.off('exit', flushAll);
    closeSync(descriptor);
  };
  if (atExit.size === 0) process.on('exit', flushAll);
  atExit.add(flush);
  return { of: (device) => tape.of(device), flush, close, [Symbol.dispose]: close };
}

/** What open recordings have to do when the program exits; one listener does it for all. */
const atExit = new Set<() => void>();

function flushAll(): void {
  for (const flush of atExit) flush();
}
