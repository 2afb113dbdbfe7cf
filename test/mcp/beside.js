// Lets the command find the SDK where the judge has it: `node --import <this file> bin/stuntkey.js mcp`.
import { register } from 'node:module';

const judge = new URL('../judges/mcp/package.json', import.meta.url).href;
const hooks = `export const resolve = (name, context, next) =>
  next(name, name.startsWith('@modelcontextprotocol/') ? { ...context, parentURL: ${JSON.stringify(judge)} } : context);`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
