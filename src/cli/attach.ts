/** `stuntkey attach`: the pages of a running browser use this key, until you stop. */
import { Command, Option } from 'commander';
import { Authenticator } from '../authenticator/authenticator.ts';
import type { ModelName } from '../authenticator/models/registry.ts';
import { safe } from '../base/harmless.ts';
import type { AttachMode, Passkeys } from '../browser/passkeys.ts';
import type { Trace } from '../decode/trace/traced-client.ts';
import { ScriptedUser, type User } from '../person/user.ts';
import { type ReachOptions, reached, withReachOptions } from './attach-reach.ts';
import { ExitCode, lineOf, UsageError } from './error.ts';
import { examples } from './help.ts';
import {
  checkDoor,
  type DoorArguments,
  type OpenedDoor,
  openDoor,
  scripted,
  withDoor,
  withDoorOptions,
} from './http.ts';
import { readJson } from './input.ts';
import { type GlobalOptions, type Key, withKey } from './key.ts';
import { MODELS } from './new.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { jsonText, note, print } from './output.ts';
import { type PersonOptions, withPersonOptions } from './person.ts';
import { checkRecordOptions, type RecordOptions, recordingFor, withRecordOptions } from './record.ts';
import { inputEnded, interrupted } from './signals.ts';
import { watcherOf } from './watcher.ts';

interface Arguments extends GlobalOptions, PersonOptions, DoorArguments, RecordOptions, ReachOptions {
  readonly mode: AttachMode;
  readonly model?: ModelName;
  readonly policy?: string;
  readonly fault?: string;
  /** What the person does, as JSON. */
  readonly person?: string;
  readonly trace?: string;
}

export function attachCommand(): Command {
  const command = withReachOptions(
    new Command('attach').description(
      "let a browser's pages use the key, until it is stopped (Ctrl-C, SIGTERM) or the browser ends: exit code 0",
    ),
  )
    .addOption(
      new Option(
        '--mode <mode>',
        "what answers pages: page, stuntkey's client; cdp, Chromium's device with stuntkey's keys",
      )
        .choices(['page', 'cdp'])
        .default('page'),
    )
    .addOption(
      new Option('--model <name>', 'the product to behave as, if the key is made now').choices(MODELS),
    )
    .option('--policy <json>', "changes to the key's policy while it is attached: JSON, or a file")
    .option('--fault <id>', 'what is wrong about the next ceremony of its kind (docs/faults.md)')
    .option('--person <json>', 'what the person does: JSON, or a file, such as { "presence": "decline" }');
  withRecordOptions(command);
  command.option(
    '--trace <file>',
    'when a ceremony is refused, write it and those before it into a file to look at: HTML, or JSON if it ends in .json',
  );
  return withPersonOptions(withDoorOptions(command))
    .addHelpText(
      'after',
      examples(
        'stuntkey attach',
        'stuntkey attach --ui',
        'stuntkey attach --launch chromium https://localhost:3000',
        'stuntkey attach --browser-url http://127.0.0.1:9222 --http 8100 --json',
        'stuntkey attach --launch firefox --model yubikey-5-nfc --fault signature-empty',
        `stuntkey attach --person '{ "verification": "fail" }'`,
        'stuntkey attach --yes --json | jq -r \'select(.event == "registered").id\'',
      ),
    )
    .action((args: readonly string[], _options: unknown, command: Command) =>
      attachKey({ ...command.optsWithGlobals<Arguments>(), args }),
    );
}

/** @param announced what is printed about a door, where that is not all */
export async function attachKey(
  options: Arguments,
  announced: (door: OpenedDoor['told']) => OpenedDoor['told'] = (door) => door,
): Promise<void> {
  const given = withDoor(options);
  const { mode, http, model } = given;
  checkDoor(given);
  if (given.touchAfter !== undefined && http !== undefined)
    throw new UsageError('expected --touch-after without --http, whose requests say what the person does');
  const alone = (['record', 'fault', 'trace'] as const).find(
    (name) => given[name] !== undefined && mode !== 'page',
  );
  if (alone !== undefined)
    throw new UsageError(
      `expected --mode page with --${alone}, got ${mode}: there Chromium's own device answers`,
    );
  checkRecordOptions(given);
  const reach = await reached(given);
  await withKey(given, { create: true, ...(model && { model }) }, async (key) => {
    const device = await deviceOf(key, given);
    const recording = await recordingFor(given);
    const shown = recording?.of(device) ?? device;
    const wrong = await withFaults(shown, given);
    const browser = await reach.connect();
    // From here on a signal is a request to stop, and no interruption.
    const stop = interrupted();
    let here = true;
    const gone = browser.gone.then(() => {
      here = false;
    });
    let passkeys: Passkeys | undefined;
    let door: OpenedDoor | undefined;
    try {
      if (http !== undefined) door = await openDoor(wrong ?? shown, given, key.path);
      passkeys = await browser.attach(wrong ?? shown, {
        mode,
        ...(mode === 'page' && { trace: await traceOf(key.path, given, door) }),
        fetch: (url, init) => fetch(url, init),
      });
      tellOf(passkeys, given.json === true);
      await passkeys.settled();
      if (door !== undefined) tell(given.json === true, { event: 'serving', ...announced(door.told) });
      tell(given.json === true, { event: 'attached', browser: browser.version, mode });
      const ended = await Promise.race([
        stop.then(() => 'told to stop'),
        gone.then(() => 'the browser is gone'),
        ...(given.untilStdinEnds ? [inputEnded().then(() => 'standard input has ended')] : []),
      ]);
      tell(given.json === true, { event: 'detached', reason: ended });
    } finally {
      await door?.close();
      if (here) await passkeys?.detach();
      await browser.leave();
      recording?.close();
    }
    process.exitCode = ExitCode.done;
  });
}

/** @throws UsageError; StuntkeyError `bad-policy`, `bad-script` */
async function deviceOf({ store, model, policy, person }: Key, given: Arguments): Promise<Authenticator> {
  let changes = {};
  if (given.policy !== undefined) {
    const { checkPolicy } = await import('./policy.ts');
    const { policyFromJson } = await import('../authenticator/policy/json.ts');
    changes = policyFromJson(checkPolicy(await readJson(given.policy, '--policy'), model));
  }
  let user: User = given.http === undefined ? oneAtATime(person) : scripted(given.decline === true, person);
  if (given.person !== undefined) {
    if (given.decline || given.touchAfter !== undefined)
      throw new UsageError('expected --person or the flags that say what the person does, got both');
    const { userScriptJsonShape, userScriptOf } = await import('../person/script.ts');
    const { check } = await import('../base/shape.ts');
    const script = check(
      userScriptJsonShape,
      await readJson(given.person, '--person'),
      'bad-script',
      '--person',
    );
    user = new ScriptedUser(userScriptOf(script));
  }
  return new Authenticator({ store, user, ...(model && { model }), policy: { ...policy, ...changes } });
}

/** Faults, those that are set over HTTP too, apply to pages if our client answers them. */
async function withFaults(device: Authenticator, { fault, http, mode }: Arguments) {
  if (fault === undefined && (http === undefined || mode !== 'page')) return undefined;
  const { faulty } = await import('../audit/forge/faulty.ts');
  const wrong = faulty(device);
  if (fault !== undefined) wrong.next((await import('../audit/catalogue.ts')).fault(fault));
  return wrong;
}

type Told = Readonly<Record<string, string>> & { readonly event: string };

/** What keeps the ceremonies of the pages: the door, or else an inspector of the key that runs; and a file. */
async function traceOf(
  path: string,
  { trace: file }: Arguments,
  door: OpenedDoor | undefined,
): Promise<Trace> {
  const write = file === undefined ? undefined : (await import('../viewer/write.ts')).traceTo(file);
  return (ceremony) => {
    if (door !== undefined) door.server.tell(ceremony, 'page');
    else void watcherOf(path)?.tell(ceremony, 'page');
    write?.(ceremony);
  };
}

function tellOf(passkeys: Passkeys, json: boolean): void {
  for (const event of ['registered', 'authenticated'] as const) {
    passkeys.on(event, ({ id, origin }) =>
      tell(json, { event, id, ...(origin !== undefined && { origin }) }),
    );
  }
  passkeys.on('refused', ({ origin, operation, error }) => {
    tell(json, { event: 'refused', origin, operation, error: error.name, reason: lineOf(error) });
  });
}

/** An event: a line of JSON as the result, or a line on stderr for who looks on. */
function tell(json: boolean, told: Told): void {
  if (json) print(jsonText(told));
  else note(Object.values(told).map(safe).join('  '));
}
