import { join, killNewcomer, killWhileJoining } from './join.js';
import { kill, killDownToOne } from './kill.js';
import { leave } from './leave.js';
import { hesitation, silence } from './silence.js';
import { stall } from './stall.js';
import type { Stage } from './stage.js';
import { at, middle, primary, type Role, roles, tail } from '../support/traffic/index.js';

export interface Round {
  readonly name: string;
  /** How many servers its ring has. */
  readonly size: number;
  readonly play: (stage: Stage) => Promise<void>;
}

const KILLS = 4;

/** All rounds: those of rings of three first, then those of five. */
export const rounds: readonly Round[] = [
  ...round(3, [
    ...ofEveryRole('kill -9 of the', (role) => times(KILLS, kill(role))),
    ['kill -9 of each primary, down to one', [killDownToOne]],
    ...ofEveryRole('silence of the', (role) => [silence(role)]),
    ...ofEveryRole('pauses on the edge of removal of the', (role) => [hesitation(role)]),
    ...ofEveryRole('a stall of the', (role) => times(2, stall(role))),
    ...ofEveryRole('SIGTERM to the', (role) => [leave(role, 'SIGTERM')]),
    ...ofEveryRole('POST /ring/leave at the', (role) => [leave(role, 'POST')]),
    ['a newcomer', times(2, join(1))],
    ['two newcomers at once', [join(2)]],
    ['kill -9 of a newcomer while it joins', times(2, killNewcomer)],
    ...ofEveryRole('a newcomer joins during the kill -9 of the', (role) => [killWhileJoining(role)]),
  ]),
  ...round(5, [
    ...ofEveryRole('kill -9 of the', (role) => times(2, kill(role))),
    ['kill -9 of the primary and its successor', times(2, kill(primary, at(1)))],
    ['kill -9 of two neighbours in the middle', times(2, kill(at(2), at(3)))],
    ['kill -9 of the tail and the primary', times(2, kill(tail, primary))],
    ...ofEveryRole('silence of the', (role) => [silence(role)]),
    ['silence of the primary and its successor', [silence(primary, at(1))]],
    ['silence of the tail and the primary', [silence(tail, primary)]],
    ...ofEveryRole('pauses on the edge of removal of the', (role) => [hesitation(role)]),
    ...ofEveryRole('a stall of the', (role) => [stall(role)]),
    ['SIGTERM to the primary', [leave(primary, 'SIGTERM')]],
    ['POST /ring/leave in the middle', [leave(middle, 'POST')]],
    ['kill -9 of each primary, down to one', [killDownToOne]],
  ]),
];

type Play = Round['play'];
type Group = readonly [name: string, plays: readonly Play[]];

function round(size: number, groups: readonly Group[]): Round[] {
  return groups.flatMap(([name, plays]) =>
    plays.map((play, index) => ({
      name: `${size} servers: ${name}${plays.length > 1 ? `, ${index + 1}` : ''}`,
      size,
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
