/** JavaScript of ASCII alone: V8 reads such a file in half the time. @param {string} code */
export const ascii = (code) =>
  code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
