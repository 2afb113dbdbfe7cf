/** As much of jsdom's types as the tests use. */
declare module 'jsdom' {
  export class JSDOM {
    constructor(
      html?: string,
      options?: { url?: string; contentType?: string; runScripts?: 'outside-only' | 'dangerously' },
    );
    readonly window: object & { eval(script: string): unknown; close(): void };
  }
}
