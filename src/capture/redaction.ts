/** What the comment of a capture of ours says of what is missing from it. */

/** Nothing is missing. */
export const UNREDACTED = 'with everything';
export const REDACTED = 'without PIN blocks, tokens, salts, names and blobs';

/** How such a comment begins. */
export const RECORDED_BY = 'recorded by stuntkey';
