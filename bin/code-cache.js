// V8's code cache for one command: what was compiled when it ran first. It belongs to one user, one Node and one state of the sources. What
// is damaged, of another, or can be written by others is not used, and no failure of it is the command's.
const { createHash } = require('node:crypto');
const {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
} = require('node:fs');
const { renameSync, rmSync, statSync, writeFileSync } = require('node:fs');
const { homedir } = require('node:os');
const { isAbsolute, join } = require('node:path');
const { deserialize, serialize } = require('node:v8');
const { compiled } = require('./modules.js');

/** Bytes of SHA-256. */
const DIGEST = 32;
/** Files in the folder: the oldest go. One is half a megabyte to a megabyte. */
const MOST_FILES = 32;

/** @param {string | Uint8Array} data the text of a script is ASCII */
const digest = (data) =>
  createHash('sha256')
    .update(/** @type {string} */ (data), 'latin1')
    .digest();

/** Where the user's caches are; undefined where there is no such place. */
function folder() {
  const { LOCALAPPDATA, XDG_CACHE_HOME = '' } = process.env;
  try {
    if (process.platform === 'win32')
      return LOCALAPPDATA ? join(LOCALAPPDATA, 'stuntkey', 'cache') : undefined;
    if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'stuntkey');
    return join(isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : join(homedir(), '.cache'), 'stuntkey');
  } catch {
    return undefined;
  }
}

/** @typedef {{ readonly source: string, readonly data: Uint8Array }} Entry the digest of the source, and what V8 made of it */

class CodeCache {
  #folder;
  #file;
  /** @type {ReadonlyMap<string, Entry> | undefined} */
  #entries;
  /** @type {Map<string, { script: import('node:vm').Script, source: string }>} */
  #scripts = new Map();
  #complete = true;
  /** How many scripts came from it. */
  used = 0;

  /** @param {string} folder @param {string} name */
  constructor(folder, name) {
    this.#folder = folder;
    this.#file = join(folder, name);
    this.#entries = read(this.#file);
  }

  /** The cache of the command that is called; undefined where there is to be none. @param {readonly string[]} args */
  static of(args) {
    const { NODE_DISABLE_COMPILE_CACHE, NODE_V8_COVERAGE } = process.env;
    if (NODE_DISABLE_COMPILE_CACHE || NODE_V8_COVERAGE) return undefined;
    const place = folder();
    const command = args.find((arg) => /^[a-z]{2,16}$/.test(arg)) ?? 'stuntkey';
    const { version, arch, execArgv } = process;
    const state = digest(JSON.stringify([version, arch, process.versions.v8, execArgv, __dirname]));
    return place === undefined
      ? undefined
      : new CodeCache(place, `${command}-${state.toString('hex').slice(0, 16)}.bin`);
  }

  /** @param {string} filename @param {string} text */
  script(filename, text) {
    const source = digest(text).toString('hex');
    const entry = this.#entries?.get(filename);
    const cachedData = entry?.source === source ? Buffer.from(entry.data) : undefined;
    const script = compiled(filename, text, cachedData);
    if (cachedData === undefined || script.cachedDataRejected) this.#complete = false;
    else this.used++;
    this.#scripts.set(filename, { script, source });
    return script;
  }

  /** Writes what was compiled, unless all came from here, or the command line was wrong. */
  save() {
    if (this.#complete || process.exitCode === 2) return;
    const unfinished = `${this.#file}.${process.pid}`;
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      const entries = new Map(
        [...this.#scripts].map(([file, { script, source }]) => [
          file,
          { source, data: script.createCachedData() },
        ]),
      );
      const content = serialize(entries);
      writeFileSync(unfinished, Buffer.concat([digest(content), content]), { mode: 0o600, flag: 'wx' });
      renameSync(unfinished, this.#file);
      this.#forget();
    } catch {
      try {
        rmSync(unfinished, { force: true });
      } catch {}
    }
  }

  #forget() {
    const files = readdirSync(this.#folder)
      .filter((name) => /\.bin(\.\d+)?$/.test(name))
      .map((name) => join(this.#folder, name));
    const oldest = files
      .map((file) => ({ file, time: statSync(file).mtimeMs }))
      .sort((a, b) => a.time - b.time);
    for (const { file } of oldest.slice(0, Math.max(0, files.length - MOST_FILES)))
      rmSync(file, { force: true });
  }
}

/** @param {string} file @returns {ReadonlyMap<string, Entry> | undefined} */
function read(file) {
  let descriptor;
  try {
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    const stat = fstatSync(descriptor);
    // (Windows has neither user IDs nor these bits.)
    const own = process.getuid === undefined || (stat.uid === process.getuid() && (stat.mode & 0o022) === 0);
    if (!stat.isFile() || !own) return undefined;
    const bytes = readFileSync(descriptor);
    const content = bytes.subarray(DIGEST);
    return digest(content).equals(bytes.subarray(0, DIGEST)) ? deserialize(content) : undefined;
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

module.exports = { CodeCache };
