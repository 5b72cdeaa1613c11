import { middle, primary, type Role, roles, tail, timesOf } from '../support/traffic/index.js';
import { badDisk } from './bad-disk.js';
import {
  cutOff,
  cutOffUnderLoad,
  flap,
  halfCutOff,
  only,
  oneWay,
  places,
  pullCable,
  writeDuringOneWay,
  writeOnBothSides,
} from './cuts.js';
import { damage, damageLarge, damageLength, delay, stall } from './damage.js';
import { fillDisks } from './full.js';
import type { Plan } from './site.js';
import { roughLink, slowLink } from './slow.js';
import type { Stage } from './stage.js';

export interface Round {
  readonly name: string;
  readonly plan: Plan;
  readonly play: (stage: Stage) => Promise<void>;
  /** A kernel that can make packets late (tc-netem(8)), or a compiler that makes disks fail. */
  readonly needs: 'netem' | 'gcc' | undefined;
}

const three: Plan = { name: 'three servers', size: 3, partition: 'available' };
const four: Plan = { name: 'four servers', size: 4, partition: 'available' };
const behindProxies: Plan = {
  name: 'three servers behind proxies',
  size: 3,
  partition: 'available',
  proxies: true,
};
const threeOfPrimary: Plan = { name: 'three servers, PARTITION=primary', size: 3, partition: 'primary' };
const fourOfPrimary: Plan = { name: 'four servers, PARTITION=primary', size: 4, partition: 'primary' };

/** 64 MiB of each are kept free. */
const withSmallDisks: Plan = {
  name: 'three servers with small disks',
  size: 3,
  partition: 'available',
  diskMebibytes: 96,
};

const ONCE = timesOf(1);
/** Only when there is time for more than the gate has. */
const isFull = ONCE >= 5;
const PAIRS = [0, 1, 2].flatMap((from) => [1, 2].map((step) => [from, (from + step) % 3] as const));
/** The side without the primary, which has no quorum: neighbours, and two that are none. */
const HALVES = [
  [2, 3],
  [1, 3],
  [1, 2],
] as const;

/** All rounds; those of one plan follow each other, on one ring. */
export const rounds: readonly Round[] = [
  ...ofEveryRole(three, 'the NAME is cut off', (role) => cutOff(only(role))),
  ...ofEveryRole(three, 'the NAME is cut off under load', (role) => cutOffUnderLoad(only(role))),
  ...PAIRS.filter((_, index) => index % 2 === 0 || isFull).map(([from, to]) =>
    round(three, `server ${from} is not heard by server ${to} any more`, oneWay(from, to)),
  ),
  ...ofEveryRole(three, 'the NAME hears nobody', (role) => halfCutOff(role, false)),
  ...ofEveryRole(three, 'nobody hears the NAME', (role) => halfCutOff(role, true)),
  round(three, 'the cable of the middle is pulled', pullCable(middle)),
  round(three, 'a flapping link from the primary', flap(0, 1)),
  round(three, 'a flapping link to the primary', flap(2, 0)),
  round(three, 'a slow link at the primary', slowLink(primary)),
  round(three, 'a slow link at the tail', slowLink(tail)),
  { ...round(three, 'late, lost and disordered packets', roughLink(middle)), needs: 'netem' },
  ...onBothSides(three),
  ...times(round(four, 'halves write apart', writeOnBothSides(places(2, 3)))),
  ...HALVES.map((side) => round(four, `halves, without ${side.join(' and ')}`, cutOff(places(...side)))),
  round(four, 'halves under load', cutOffUnderLoad(places(2, 3))),
  round(four, 'one against the rest', cutOff(only(primary))),
  round(four, 'one against the rest under load', cutOffUnderLoad(only(tail))),
  ...ofEveryRole(threeOfPrimary, 'the NAME is cut off under load', (role) => cutOffUnderLoad(only(role))),
  round(fourOfPrimary, 'halves under load', cutOffUnderLoad(places(2, 3))),
  ...onBothSides(threeOfPrimary),
  ...times(round(fourOfPrimary, 'halves write apart', writeOnBothSides(places(2, 3)))),
  ...times(round(withSmallDisks, 'the disks are full', fillDisks)),
  ...ofEveryRole(three, 'an fsync fails at the NAME', (role) => badDisk(role, 'SYNC'))
    .slice(isFull ? 0 : 2)
    .flatMap((one) => times(needsGcc(one), Math.ceil(ONCE / 3))),
  ...times(needsGcc(round(three, 'a write to the disk fails at the primary', badDisk(primary, 'WRITE')))),
  round(behindProxies, 'a link that is 40 ms late', delay(middle, 40)),
  round(behindProxies, 'a link that stands still for 250 ms', stall(middle, 250)),
  round(behindProxies, 'a link that stands still for 2 s', stall(tail, 2_000)),
  ...ofEveryRole(behindProxies, 'damaged bytes on the way to the NAME', damage),
  round(behindProxies, 'a damaged length on the way to the middle', damageLength(middle)),
  round(behindProxies, 'damaged bytes of a large body', damageLarge(tail)),
];

function round(plan: Plan, name: string, play: Round['play']): Round {
  return { name, plan, play, needs: undefined };
}

function ofEveryRole(plan: Plan, name: string, play: (role: Role) => Round['play']): Round[] {
  return Object.entries(roles).map(([role, pick]) => round(plan, name.replace('NAME', role), play(pick)));
}

/** One against the rest, and each pair that hears only one way; all are written to meanwhile. */
function onBothSides(plan: Plan): Round[] {
  return [
    ...ofEveryRole(plan, 'the NAME and the rest write apart', (role) => writeOnBothSides(only(role))).slice(
      plan.partition === 'primary' && !isFull ? 2 : 0,
    ),
    ...PAIRS.map(([from, to]) =>
      round(plan, `server ${from} is not heard by server ${to}, and all write`, writeDuringOneWay(from, to)),
    ),
  ].flatMap((one) => times(one));
}

function times(one: Round, count = ONCE): Round[] {
  return Array.from({ length: count }, (_, time) =>
    count === 1 ? one : { ...one, name: `${one.name}, ${time + 1}` },
  );
}

function needsGcc(one: Round): Round {
  return { ...one, needs: 'gcc' };
}
