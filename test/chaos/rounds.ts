import { type Harm, harms } from './harms.js';
import { join, killNewcomer, killWhileJoining } from './join.js';
import { kill, killDownToOne } from './kill.js';
import { FEWER, MANY, restartLaden } from './laden.js';
import { leave } from './leave.js';
import {
  five,
  fiveWithDisks,
  type Plan,
  three,
  threeForNewcomers,
  threeLaden,
  threeUnsynced,
  threeWithDisks,
} from './plan.js';
import { replays } from './replays.js';
import { killAll, killAndRestart } from './restart.js';
import { hesitation, silence, silenceFor } from './silence.js';
import { spoil } from './spoil.js';
import { stall } from './stall.js';
import type { Stage } from './stage.js';
import { at, middle, primary, type Role, roles, tail, timesOf } from '../support/traffic/index.js';

export interface Round {
  readonly name: string;
  readonly plan: Plan;
  readonly play: (stage: Stage) => Promise<void>;
}

const ONCE = timesOf(1);
/** Only when there is time for more than the gate has. */
const isFull = ONCE >= 5;
/** What takes long: as often as the others, but with all roles together. */
const A_ROLE = Math.ceil(ONCE / 3);
/** Where the moment matters most. */
const TWICE = isFull ? 2 * ONCE : 1;
const LADEN = isFull ? MANY : FEWER;
const PAUSES_MS = isFull ? [1_000, 5_000, 30_000] : [1_000, 5_000];

/** All rounds; those of one plan follow each other, on one ring. */
export const rounds: readonly Round[] = [
  ...round(three, [
    ...ofEveryRole('kill -9 of the', (role) => times(ONCE, kill(role))),
    ['kill -9 of each primary, down to one', [killDownToOne]],
    ...ofEveryRole('silence of the', (role) => [silence(role)]),
    ...ofEveryRole('pauses on the edge of removal of the', (role) => [hesitation(role)]),
    ...ofEveryRole('a stall of the', (role) => [stall(role)]),
    ...ofEveryRole('SIGTERM to the', (role) => [leave(role, 'SIGTERM')]),
    ['POST /ring/leave at the middle', [leave(middle, 'POST')]],
    ['two newcomers at once', [join(2)]],
    ['kill -9 of a newcomer while it joins', times(ONCE, killNewcomer)],
    ...ofEveryRole('a newcomer joins during the kill -9 of the', (role) =>
      role === primary || isFull ? [killWhileJoining(role)] : [],
    ),
  ]),
  ...round(five, [
    ...ofEveryRole('kill -9 of the', (role) => times(ONCE, kill(role))),
    ['kill -9 of the primary and its successor', times(ONCE, kill(primary, at(1)))],
    ['kill -9 of two neighbours in the middle', times(ONCE, kill(at(2), at(3)))],
    ['kill -9 of the tail and the primary', times(ONCE, kill(tail, primary))],
    ['silence of the middle', [silence(middle)]],
    ['silence of the primary and its successor', [silence(primary, at(1))]],
    ['silence of the tail and the primary', [silence(tail, primary)]],
    ['pauses on the edge of removal of the primary', [hesitation(primary)]],
    ['a stall of the middle', [stall(middle)]],
    ['SIGTERM to the primary', [leave(primary, 'SIGTERM')]],
    ['POST /ring/leave in the middle', [leave(middle, 'POST')]],
    ['kill -9 of each primary, down to one', [killDownToOne]],
  ]),
  ...round(threeWithDisks, [
    ...ofEveryRole('kill -9 of the', (role) => times(ONCE, killAndRestart(role))),
    ['kill -9 of the primary and its successor', times(ONCE, killAndRestart(primary, at(1)))],
    ['kill -9 of all at once', times(ONCE, killAll)],
    ['Idempotency-Keys after a kill -9 of all', times(ONCE, replays)],
    ...PAUSES_MS.flatMap((ms) =>
      ofEveryRole(`SIGSTOP for ${ms / 1_000} s to the`, (role) =>
        role === primary || isFull ? times(ms === 30_000 ? A_ROLE : ONCE, silenceFor(ms, role)) : [],
      ),
    ),
    ...harms.filter(({ isRare }) => isFull || !isRare).map((harm): Group => [harm.name, afflictions(harm)]),
    ['kill -9 of a newcomer while it joins', times(TWICE, killNewcomer)],
    ['kill -9 of the usher of a newcomer', times(TWICE, killWhileJoining(tail))],
  ]),
  ...round(threeForNewcomers, [
    isFull ? ['ten newcomers at once', times(ONCE, join(10))] : ['four newcomers at once', [join(4)]],
  ]),
  ...round(threeUnsynced, [['kill -9 of all at once', times(ONCE, killAll)]]),
  ...round(fiveWithDisks, [
    ['kill -9 of the primary and its successor', times(ONCE, killAndRestart(primary, at(1)))],
    ['kill -9 of two neighbours in the middle', times(isFull ? ONCE : 0, killAndRestart(at(2), at(3)))],
    ['kill -9 of the tail and the primary', times(isFull ? ONCE : 0, killAndRestart(tail, primary))],
    ['kill -9 of all at once', times(ONCE, killAll)],
  ]),
  ...round(threeLaden, [[`kill -9 of all with ${LADEN} KiB on their disks`, [restartLaden(LADEN)]]]),
];

type Play = Round['play'];
type Group = readonly [name: string, plays: readonly Play[]];

function round(plan: Plan, groups: readonly Group[]): Round[] {
  return groups.flatMap(([name, plays]) =>
    plays.map((play, index) => ({
      name: `${plan.name}: ${name}${plays.length > 1 ? `, ${index + 1}` : ''}`,
      plan,
      play,
    })),
  );
}

function ofEveryRole(name: string, plays: (role: Role) => readonly Play[]): Group[] {
  return Object.entries(roles).map(([role, pick]) => [`${name} ${role}`, plays(pick)]);
}

function times(count: number, play: Play): Play[] {
  return Array.from({ length: count }, () => play);
}

/** To the primary first, as that is who might lead too early. */
function afflictions(harm: Harm): Play[] {
  const victims = [primary, tail, middle];
  return Array.from({ length: ONCE }, (_, time) => spoil(harm, victims[time % victims.length]!));
}
