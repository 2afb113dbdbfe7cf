/** The runtime's own engines, where the runtime is Node. */
export { nodeEngine as nativeEngine } from './node.ts';
export { repeatableEngine as repeatableNativeEngine } from './node-repeatable.ts';
