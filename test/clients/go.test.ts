/** The Go client, by Debian's Go. */
import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { named, runs, whyNot } from '../interop/debian.ts';
import { withoutTime } from '../slow.ts';
import { folderOf, followed, ran, STUNTKEY_COMMAND } from './readme.ts';

const client = folderOf('go');
const withoutGo = withoutTime ?? whyNot(['golang-go'], () => runs('go', 'version'));
/** Nothing is fetched: there is nothing to fetch. */
const OFFLINE = { GOPROXY: 'off', GOFLAGS: '-count=1', GOTOOLCHAIN: 'local' };

describe.skipIf(withoutGo)(named('the Go client', withoutGo), () => {
  it('does in its README what it says, from an empty folder, and in a test', async () => {
    const { stderr, printed, promised, folder } = await followed('go');
    expect(promised).toEqual(['true', 'NotAllowedError CTAP2_ERR_OPERATION_DENIED']);
    expect([stderr.replace(/^(?:go: |\t).*\n/gm, ''), printed]).toEqual(['', promised]);
    const tested = await ran('go', ['test', '-v', '.'], folder, { ...OFFLINE, STUNTKEY_COMMAND });
    expect(tested.stdout).toMatch(/^--- PASS: TestAPersonWhoDeclinesIsNotSignedUp/m);
  });

  it('passes its own tests, and go vet and gofmt', async () => {
    const { stdout, stderr } = await ran('go', ['test', '-v', '-vet=all', '.'], client, {
      ...OFFLINE,
      STUNTKEY_COMMAND,
    });
    expect(stderr).toBe('');
    expect(stdout.match(/^--- PASS: /gm)).toHaveLength(12);
    expect(stdout.match(/^--- FAIL: /gm)).toBeNull();
    expect((await ran('gofmt', ['-l', '.'], client)).stdout).toBe('');
  });

  it('shows the last ceremony of a test that failed', async () => {
    const { stdout, code } = await ran('go', ['test', '-run', 'TestAFailureShows', '.'], client, {
      ...OFFLINE,
      STUNTKEY_COMMAND,
      STUNTKEY_FAIL: '1',
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /the last ceremony\n\s+get at https:\/\/example\.com\n\s+refused: NotAllowedError/,
    );
  });

  it('has a door that ends with the program', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stuntkey-'));
    mkdirSync(join(folder, 'stuntkey'));
    copyFileSync(join(client, 'stuntkey.go'), join(folder, 'stuntkey', 'stuntkey.go'));
    writeFileSync(join(folder, 'go.mod'), 'module example\n\ngo 1.19\n');
    writeFileSync(join(folder, 'main.go'), LEAVES);
    // (The door has our stderr: this waits until it is gone, too.)
    const told = await ran('go', ['run', '.'], folder, { ...OFFLINE, GOFLAGS: '', STUNTKEY_COMMAND });
    expect([told.stderr, told.code]).toEqual(['', 0]);
    await expect(fetch(told.stdout.trim())).rejects.toThrow('fetch failed');
  });
});

/** A program that does not close its door, and drops all that it has of it. */
const LEAVES = `package main

import (
	"fmt"
	"runtime"

	"example/stuntkey"
)

func main() {
	door := func() *stuntkey.Door {
		server, err := stuntkey.Start()
		if err != nil {
			panic(err)
		}
		return server.Door
	}()
	runtime.GC()
	runtime.GC()
	if err := door.Request("GET", "/info", nil, nil); err != nil {
		panic(err)
	}
	fmt.Println(door.URL)
}
`;
