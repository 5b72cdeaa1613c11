/** What takes long: the specs call it outside Jest's sandbox. */
export { seedThatFinds } from './bugs/finding.js';
export { deathsOneByOne, isFoundByDeaths } from './deaths.js';
export { missingHits } from './fault-table.js';
export { fileFailures, isFoundByFiles } from './files/file-trials.js';
export { failuresWith, runSeeds } from './seeds.js';
