/** The runtime's own engines, where the runtime is Node. */
import { nodeEngine } from './node.ts';
import { repeatableEngine } from './node-repeatable.ts';
import type { Engine } from './types.ts';

export const nativeEngine: Engine = nodeEngine;
export const repeatableNativeEngine: Engine = repeatableEngine;
