/** Where a ceremony happens, as faults look at it: a page's, as its URL has it. An app's origin has no host. */
export type PageOrigin = Pick<URL, 'origin' | 'protocol' | 'host' | 'hostname' | 'port'>;
