import type { Cluster } from './cluster.js';
import type { Host } from './host.js';
import type { Random } from './random.js';

type Way = readonly [from: Host, to: Host];

/** Cuts these ways; what comes back heals them. */
function cutWays(cluster: Cluster, ways: readonly Way[]): () => void {
  const { wires, world } = cluster;
  const name = ways.map(([from, to]) => `${from.name}→${to.name}`).join(' ');
  world.say(() => `cut ${name}`);
  for (const [from, to] of ways) wires.cut(from.index, to.index);
  return () => {
    world.say(() => `heal ${name}`);
    for (const [from, to] of ways) wires.heal(from.index, to.index);
  };
}

export function cutPair(cluster: Cluster, random: Random, bothWays: boolean): (() => void) | null {
  const [a, b] = random.shuffle(cluster.hosts);
  if (a === undefined || b === undefined) return null;
  return cutWays(
    cluster,
    bothWays
      ? [
          [a, b],
          [b, a],
        ]
      : [[a, b]],
  );
}

/** Cuts one host from all others: what it says, what it hears, or both. */
export function cutOff(cluster: Cluster, random: Random, host: Host): () => void {
  const others = cluster.hosts.filter((other) => other !== host);
  const mute = random.chance(0.7);
  const deaf = !mute || random.chance(0.7);
  const ways = others.flatMap((other): Way[] => [
    ...(mute ? [[host, other] as const] : []),
    ...(deaf ? [[other, host] as const] : []),
  ]);
  return cutWays(cluster, ways);
}

/** Two sides that do not hear each other. `mayMiss` is asked about the smaller one. */
export function splitInTwo(
  cluster: Cluster,
  random: Random,
  mayMiss: (hosts: readonly Host[]) => boolean,
): (() => void) | null {
  const hosts = random.shuffle(cluster.hosts);
  const small = hosts.splice(0, 1 + random.below(Math.floor(hosts.length / 2)));
  if (!mayMiss(small)) return null;
  return cutWays(
    cluster,
    small.flatMap((a) =>
      hosts.flatMap((b): Way[] => [
        [a, b],
        [b, a],
      ]),
    ),
  );
}

/** One way, or all ways of one host, take long until all is healed or they are slowed anew. */
export function slowDown(cluster: Cluster, random: Random): void {
  const { hosts, wires, world } = cluster;
  const [a, b] = random.shuffle(hosts);
  if (a === undefined || b === undefined) return;
  const ms = random.chance(0.3) ? 0 : random.between(2, 50);
  world.say(() => `${a.name}→${b.name} takes ${Math.round(ms)} ms`);
  const whole = random.chance(0.3);
  for (const other of whole ? hosts : [b]) {
    wires.slow(a.index, other.index, ms);
    if (whole) wires.slow(other.index, a.index, ms);
  }
}
