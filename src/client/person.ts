/** The person in front of the client: what a browser's dialogs would ask. */
import type { User } from '../person/user.ts';

/** Anyone who can answer for the person at the client. */
export type ClientUser = Pick<User, 'chooseAccount' | 'chooseAuthenticator' | 'enterPin'>;
