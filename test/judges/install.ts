/**
 * Programs and libraries of others that only slow tests need: each has a folder here, with a lock file of its own, so that the
 * project's own is small. The test that needs one installs it.
 */
import { importInstalled, installedFile, requireInstalled, whyNotInstalled } from '../../tools/install.js';

const folderOf = (name: string): string => `test/judges/${name}`;

/**
 * Sees to it that a judge's packages are there, as its lock file has them.
 *
 * @returns why they are not, or undefined if they are
 */
export const whyNoJudge = (name: string): string | undefined => whyNotInstalled(folderOf(name));

/** The path of a file in what a judge installed. */
export const judgesFile = (name: string, path: string): string => installedFile(folderOf(name), path);

/** A module of a judge, in CommonJS. */
export const requireFrom = (name: string, module: string): unknown =>
  requireInstalled(folderOf(name), module);

/** A module of a judge. @param path its file under node_modules */
export const importFrom = (name: string, path: string): Promise<Record<string, unknown>> =>
  importInstalled(folderOf(name), path);
