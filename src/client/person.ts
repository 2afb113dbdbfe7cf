/** The person in front of the client, who answers what a browser's dialogs would ask. */
import type { User } from '../person/user.ts';

/** Answers for the person at the client. */
export type ClientUser = Pick<User, 'chooseAccount' | 'chooseAuthenticator' | 'enterPin'>;
