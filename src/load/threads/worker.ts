/** What runs on a worker thread: a fleet of its own, made from the same seed. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Clock } from '../../base/clock.ts';
import { fleet } from '../fleet/fleet.ts';
import { lineOf } from '../fleet/line.ts';
import { reasonOf } from '../fleet/reason.ts';
import type { Answer, Ceremony, Ended, Portion, Signed, SignRequest, ThreadFleet } from './types.ts';

let wall = 0;

/** The time of day comes with the work; no timer runs here. */
const clock: Clock = { now: () => wall, wall: () => wall, after: () => () => {} };

const people = fleet({ ...(workerData as ThreadFleet), clock });

async function signed(request: SignRequest): Promise<Signed> {
  const index = request?.index;
  try {
    return { index, response: await people.person(index).get(request.options) };
  } catch (error) {
    return { index, refused: reasonOf(error) };
  }
}

async function ended({ kind, index, options, userHandle }: Ceremony): Promise<Ended> {
  try {
    const person = people.person(index, userHandle && { userHandle });
    const response =
      kind === 'register' ? await person.create(options as never) : await person.get(options as never);
    return { response };
  } catch (error) {
    return { refused: reasonOf(error) };
  }
}

async function answer(portion: Portion): Promise<Answer> {
  if (portion.kind === 'sign') {
    wall = portion.wall;
    const all: Signed[] = [];
    for (const request of portion.requests) all.push(await signed(request));
    return all;
  }
  if (portion.kind === 'ceremonies') {
    wall = portion.wall;
    const all: Ended[] = [];
    for (const ceremony of portion.ceremonies) all.push(await ended(ceremony));
    return all;
  }
  let lines = '';
  for (let i = 0; i < portion.count; i++) lines += lineOf(people.record(portion.from + i));
  return lines;
}

// One after the other: the answers have to come in the order of the portions.
let before: Promise<void> = Promise.resolve();
parentPort?.on('message', (portion: Portion) => {
  before = before.then(async () => parentPort?.postMessage(await answer(portion)));
});
