/*
 * Other islands: rings of their own, of which ISLANDS names servers. A `lookout.ts` for each URL watches its server, by the `pauses.ts`
 * between two looks, and reads what it says of its ring (`sighting.ts`); the `register.ts` makes islands of that, and tells of them, at a `pace.ts`. `reading.ts` asks
 * them for what this ring does not have (`first-found.ts`, `inquiry.ts`, `patient-inquirer.ts`), and remembers it (`copies.ts`) or that it is nowhere
 * (`absences.ts`), unless it was written meanwhile (`askings.ts`); `seeking.ts` looks for many keys at once, whose bodies are read when they are wanted (`far-bodies.ts`); `forwarding.ts` sends on what names an island (`write-request.ts`); `visited.ts` keeps requests from going round. What comes of another
 * island is a stranger's: `head.ts`, `bounded-body.ts` and `write-answer.ts` take what is known, checked and bounded, and `island-answers.ts` answers with it.
 *
 * It calls the configured URLs and nobody else, whatever an island says. It replicates nothing: an object is kept by the
 * ring that it was written to. The objects do not know of it: they have an interface for whoever is beyond them.
 */
export type { Change as IslandChange, IslandReport } from './register.js';
export { IslandsModule } from './islands.module.js';
export { IslandsService } from './islands.service.js';
export type { IslandTally } from './tally.js';
