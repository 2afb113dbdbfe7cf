/** The servers that a visitor can begin with. */
import { type ServerText, serversFrom } from './mistakes.ts';
import right from './right.js?raw';

export const servers: readonly ServerText[] = serversFrom(right);
