/*
 * Bundles: named lists of objects with quantities, as a figure is made of pieces. `read-bundle.ts` checks what a client stores,
 * `bundles.service.ts` keeps it as an ordinary object and finds where every part is at one moment (`resolved.ts`), and
 * `bundles.handler.ts` answers what is under `/bundles/`: as JSON, or as a tar archive that `archive.ts` makes of the bodies
 * while it is read, wherever in the ring they are (`part-bodies.ts`), or in other islands, of which it knows what `Beyond` tells.
 *
 * It keeps no part: a bundle names objects, which may be written again or deleted as ever.
 */
export { BundlesModule } from './bundles.module.js';
