/** The person of a device that stays: asked one thing after the other, though devices give up waiting and ask the next. */
import type { User, UserAnswer } from '../person/user.ts';

export function oneAtATime(person: User): User {
  let asking: Promise<unknown> | undefined;
  /** Asks at once where nothing is being asked: most answers need no waiting. */
  const inTurn = <T>(ask: () => T | Promise<T>): T | Promise<T> => {
    const given = asking === undefined ? ask() : asking.then(ask);
    if (!(given instanceof Promise)) return given;
    const asked = given
      .catch(() => {})
      .finally(() => {
        if (asking === asked) asking = undefined;
      });
    asking = asked;
    return given;
  };
  return {
    answer: (prompt): UserAnswer | Promise<UserAnswer> => inTurn(() => person.answer(prompt)),
    async chooseAccount() {
      const choice = (await person.chooseAccount?.()) ?? 0;
      return typeof choice === 'number' ? choice : (accounts) => inTurn(() => choice(accounts));
    },
    ...(person.enterPin && { enterPin: (request) => inTurn(() => person.enterPin?.(request)) }),
  };
}
