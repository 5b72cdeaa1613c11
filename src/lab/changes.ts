import type { RingAnswer } from './ring-answer.js';

/** What happened between two looks at the ring, a line each. `label` turns a member's name into what is shown. */
export function describeChanges(
  before: RingAnswer | undefined,
  after: RingAnswer,
  label: (name: string) => string,
): string[] {
  const view = `(view ${after.view})`;
  const old = new Map(before?.members.map((member) => [member.name, member]));
  const present = new Set(after.members.map((member) => member.name));
  const lines: string[] = [];
  for (const name of old.keys()) if (!present.has(name)) lines.push(`${label(name)} left the ring ${view}`);
  for (const member of after.members) {
    const known = old.get(member.name);
    if (!known) lines.push(`${label(member.name)} joined the ring ${view}`);
    else if (known.id !== member.id) lines.push(`${label(member.name)} joined the ring anew ${view}`);
    else if (known.state !== member.state) lines.push(`${label(member.name)} is now ${member.state}`);
  }
  if (after.primary !== null && after.primary !== before?.primary) {
    lines.push(`${label(after.primary)} is now the primary ${view}`);
  }
  return lines;
}

/** The answer in the newest view; among equals the one of the server that the lab lists first. */
export function newest(answers: Iterable<RingAnswer>): RingAnswer | undefined {
  let best: RingAnswer | undefined;
  for (const answer of answers) if (!best || answer.view > best.view) best = answer;
  return best;
}
