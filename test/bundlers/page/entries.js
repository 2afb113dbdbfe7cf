// @ts-nocheck It is a page’s, and the project is compiled for Node.
// Every entry that says it runs in a page: all of it is in the bundle, and can be loaded.
import * as index from 'stuntkey';
import * as audit from 'stuntkey/audit';
import * as codec from 'stuntkey/codec';
import * as crypto from 'stuntkey/crypto';
import * as ctap from 'stuntkey/ctap';
import * as fleet from 'stuntkey/fleet';
import * as inject from 'stuntkey/inject';
import * as install from 'stuntkey/install';
import * as portable from 'stuntkey/portable';
import * as verify from 'stuntkey/verify';

const entries = { index, audit, codec, crypto, ctap, fleet, inject, install, portable, verify };

globalThis.result = Object.fromEntries(
  Object.entries(entries).map(([name, module]) => [
    name,
    Object.values(module).filter((one) => one !== undefined).length > 0,
  ]),
);
