// What Stryker's process and the worker that has the tests say to each other.

export interface Order {
  /** Of the files to run, in this order; none: the end. `tests` are the names of those that are wanted, by default all. */
  readonly files: readonly { readonly path: string; readonly tests?: readonly string[] }[];
  readonly mutant?: string;
  readonly hitLimit?: number;
  /** Milliseconds until a test that has not ended never ends. */
  readonly limit: number;
  /** Whether the mutant is there while files load. */
  readonly fromTheStart?: boolean;
}

export interface TestResult {
  readonly file: string;
  /** Empty for the file itself, which did not load. */
  readonly name: string;
  readonly milliseconds: number;
  readonly failure?: string;
}

export type Answer =
  | { readonly ready: true }
  | {
      readonly ready?: never;
      readonly results: readonly TestResult[];
      readonly hitCount: number | undefined;
      /** Of a run without a mutant: Stryker's coverage by test. */
      readonly coverage?: unknown;
    };
