import { setTimeout as sleep } from 'node:timers/promises';
import { done, failed, type Outcome } from './outcome.js';

const mostSeconds = 3_600;

export async function waitFor(text: string): Promise<Outcome> {
  const seconds = Number(text);
  if (!(seconds >= 0 && seconds <= mostSeconds))
    return failed(`wait takes seconds, up to ${mostSeconds}, such as wait 2.`);
  await sleep(seconds * 1_000);
  return done();
}
