/** The runtime's own engine, where the runtime is Node. */
export { nodeEngine as nativeEngine } from './node.ts';
