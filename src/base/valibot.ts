/** What of valibot is used here. It is the only file that imports the package, whose functions the build puts into a chunk of ours. */
export type { BaseIssue, GenericSchema } from 'valibot';
export {
  array,
  boolean,
  check,
  custom,
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
  safeParse,
  strictObject,
  string,
  union,
  unknown,
} from 'valibot';
