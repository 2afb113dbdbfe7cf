/**
 * What of valibot is used here. It is the only file that imports the package, and the build puts those functions into it
 * (scripts/valibot.js), so that a program that imports stuntkey loads no more of it than that.
 */
export type { BaseIssue, GenericSchema } from 'valibot';
export {
  array,
  boolean,
  check,
  custom,
  description,
  integer,
  maxValue,
  metadata,
  minLength,
  minValue,
  null_,
  number,
  optional,
  picklist,
  pipe,
  record,
  regex,
  safeParse,
  strictObject,
  string,
  union,
  unknown,
} from 'valibot';
