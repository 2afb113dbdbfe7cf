/** ECMAScript 2024's isWellFormed, for realms that are older. */

interface Prototype {
  isWellFormed?: (this: string) => boolean;
}

/** Fills in what an older realm has not. */
export function completeLanguage(): void {
  const prototype: Prototype = String.prototype;
  if (prototype.isWellFormed !== undefined) return;
  Object.defineProperty(prototype, 'isWellFormed', {
    configurable: true,
    writable: true,
    value(this: string): boolean {
      for (const character of this) {
        const point = character.codePointAt(0) as number;
        if (point >= 0xd800 && point <= 0xdfff) return false;
      }
      return true;
    },
  });
}
