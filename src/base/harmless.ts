/** Texts from outside, which must not draw on a terminal or a page, or look like others. */

/** What draws on a terminal, turns the direction of a line, or cannot be seen: controls, format characters, separators of lines. */
export const UNSAFE: RegExp =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|\p{Variation_Selector}|\u034f|\u17b4|\u17b5/gu;

/** A character spelled out: `\u{202e}`. */
export const spelled = (character: string): string => `\\u{${character.codePointAt(0)?.toString(16)}}`;

/** A text from outside: what is unsafe is spelled out. */
export function safe(text: string): string {
  return text.replace(UNSAFE, spelled);
}
