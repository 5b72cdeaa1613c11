const PAUSE_MS = 20;
const LIMIT_MS = 60_000;

/** The names of the servers that an intermediary counts as there, in its own island and in the other. */
export async function registerOf(client) {
  const [{ members }, islands] = await Promise.all([client.ring(), client.islands()]);
  const up = islands.filter(({ state }) => state === 'up').flatMap((island) => island.members);
  return { own: namesOf(members), others: namesOf(up) };
}

const namesOf = (members) => members.filter(({ state }) => state === 'up').map(({ name }) => name);

/** Whether a server is in the register of its own intermediary, and in that of the other island. */
export async function whoKnows(name, own, other) {
  const [here, there] = await Promise.all([registerOf(own), registerOf(other)]);
  return { own: here.own.includes(name), other: there.others.includes(name) };
}

/** Resolves with how many milliseconds it took until that came true. */
export async function until(what, isTrue) {
  const since = performance.now();
  while (!(await isTrue())) {
    if (performance.now() - since > LIMIT_MS)
      throw new Error(`In a minute it did not come true that ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return Math.round(performance.now() - since);
}
