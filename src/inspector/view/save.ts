/** Files: one that the browser saves. */

export function saveFile(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // (The click has begun to read it.)
  URL.revokeObjectURL(url);
}
