/** A look at a store's file before LMDB has it: it maps the file into memory and trusts it, to the end of the process. */
import { closeSync, openSync } from 'node:fs';
import { addChecks, checkOf, isWhole, nameOf, standsAlone } from './entry.ts';
import { explained, storeError } from './errors.ts';
import { noStore } from './format.ts';
import { FORMAT_KEY, NUMBERS_KEY, type Numbers, RECORDS } from './layout.ts';
import { glance, type Problem, type Walk, walk } from './walk.ts';

/** How often a file is walked that others write to meanwhile. */
const TRIES = 5;
/** More are not told by name; they are counted. */
const MOST_HURT = 1000;

/** What a walk shows of a store's file. */
export interface Inspection {
  readonly walked: Walk;
  /** What is wrong may be due to a writer: the file has moved on each time it was walked. */
  readonly moving: boolean;
  /** What lies under `F` and `N`, as it lies there. */
  readonly format: Uint8Array | undefined;
  readonly numbers: Uint8Array | undefined;
  /** Keys of entries that are not as they were written; of a store of version 3. */
  readonly hurt: readonly Uint8Array[];
  readonly hurtCount: number;
  /** The checks of all entries but `F` and `N`, added up. */
  readonly checks: number;
  /** Credentials that were seen, hurt or not. */
  readonly credentials: number;
}

/** Called with every entry that the walk finds. */
export type Onlooker = (key: Uint8Array, value: Uint8Array) => void;

/**
 * Walks a store's file. Another process may write to it meanwhile, and use pages again that were walked just then: what
 * seems wrong of a file that moved on is looked at again.
 *
 * @param onlooker is called with each entry, and from the beginning again for each try; `begin` says that
 * @throws StuntkeyError what the file system says
 */
export function inspect(file: string, path: string, onlooker?: Onlooker, begin?: () => void): Inspection {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    for (let tries = 1; ; tries++) {
      begin?.();
      const seen = new Seen(onlooker);
      const walked = walk(descriptor, seen.entry);
      const quiet = walked.problemCount === 0 && seen.hurtCount === 0;
      const moving = !quiet && glance(descriptor).meta?.transaction !== walked.meta?.transaction;
      if (!moving || tries === TRIES) return seen.inspection(walked, moving);
    }
  } catch (error) {
    throw explained(error, path);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

class Seen {
  readonly #onlooker: Onlooker | undefined;
  readonly #hurt: Uint8Array[] = [];
  #format: Uint8Array | undefined;
  #numbers: Uint8Array | undefined;
  #checks = 0;
  #credentials = 0;
  hurtCount = 0;

  constructor(onlooker: Onlooker | undefined) {
    this.#onlooker = onlooker;
  }

  readonly entry = (key: Uint8Array, value: Uint8Array): void => {
    const isFormat = key.length === 1 && key[0] === FORMAT_KEY[0];
    const isNumbers = key.length === 1 && key[0] === NUMBERS_KEY[0];
    if (isFormat) this.#format = new Uint8Array(value);
    else if (!isWhole(key, value)) {
      this.hurtCount++;
      if (this.#hurt.length < MOST_HURT) this.#hurt.push(new Uint8Array(key));
    }
    if (isNumbers) this.#numbers = new Uint8Array(value);
    else if (!isFormat) this.#checks = addChecks(this.#checks, checkOf(value));
    if (key[0] === RECORDS[0]) this.#credentials++;
    this.#onlooker?.(key, value);
  };

  inspection(walked: Walk, moving: boolean): Inspection {
    return {
      walked,
      moving,
      format: this.#format,
      numbers: this.#numbers,
      hurt: this.#hurt,
      hurtCount: this.hurtCount,
      checks: this.#checks,
      credentials: this.#credentials,
    };
  }
}

/** The structure has to be whole, or LMDB is not to have it. @throws StuntkeyError `store-damaged` */
export function requireStructure(
  { walked: { problems, problemCount, meta } }: Inspection,
  path: string,
): void {
  if (problemCount === 0) return;
  if (meta === undefined) throw noStore(path);
  throw damaged(path, problems.map(described), problemCount);
}

/**
 * Entries have to be whole, of a store of version 3: but one that is looked at only for itself says so when it is.
 *
 * @throws StuntkeyError `store-damaged`
 */
export function requireEntries({ hurt, hurtCount }: Inspection, path: string): void {
  const needed = hurt.filter((key) => !standsAlone(key));
  if (needed.length > 0) throw damaged(path, needed.map(whatIsHurt), Math.min(hurtCount, needed.length));
}

/** What was counted has to be what is there. @throws StuntkeyError `store-damaged` */
export function requireCounts(
  { checks, credentials, hurtCount }: Inspection,
  numbers: Numbers,
  path: string,
): void {
  const wrong = countsWrong({ checks, credentials, hurtCount }, numbers);
  if (wrong !== undefined) throw damaged(path, [wrong], 1);
}

/** What does not agree with the counts, in words. */
export function countsWrong(
  { checks, credentials, hurtCount }: Pick<Inspection, 'checks' | 'credentials' | 'hurtCount'>,
  numbers: Numbers,
): string | undefined {
  if (credentials !== numbers.credentials)
    return `there are ${credentials} credentials, and there were ${numbers.credentials}`;
  if (hurtCount === 0 && checks !== numbers.checks) return 'a part of it is older than the rest';
  return undefined;
}

export const whatIsHurt = (key: Uint8Array): string => `${nameOf(key)} is not as it was written`;

export function described({ page, what }: Problem): string {
  return page === undefined ? what : `page ${page}: ${what}`;
}

function damaged(path: string, what: readonly string[], count: number): Error {
  const more = count > 1 ? `, and ${count - 1} more` : '';
  return storeError(
    'store-damaged',
    `the store ${path} is damaged: ${what[0]}${more}; stuntkey check shows what can still be read, and saves it`,
  );
}
