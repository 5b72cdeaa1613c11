const KIB = 1024;

/** What each piece server of each island has, and how many bytes a piece takes that is more than a word. */
export const STOCK = {
  north: [
    ['brick-2x4-red', 'brick-2x2-red', 'plate-4x8-grey', 'baseplate-48x48'],
    ['wheel-small', 'axle'],
  ],
  south: [
    ['brick-2x4-white', 'window-1x2', 'door-1x4'],
    ['lamp-yellow', 'roof-2x4-blue'],
  ],
};
const BYTES = { 'baseplate-48x48': 32 * KIB * KIB };

/** A figure is a list of pieces, each so many times; each is known to the island that offers it. */
export const FIGURES = {
  north: {
    car: { 'plate-4x8-grey': 1, axle: 2, 'wheel-small': 4, 'brick-2x4-red': 3, 'lamp-yellow': 2 },
    wall: { 'brick-2x4-red': 12, 'brick-2x2-red': 6 },
    garage: { 'baseplate-48x48': 1, 'brick-2x2-red': 20, 'roof-2x4-blue': 4 },
  },
  south: {
    house: { 'brick-2x4-white': 24, 'roof-2x4-blue': 8, 'window-1x2': 4, 'door-1x4': 1, 'brick-2x4-red': 6 },
  },
};

/** As a bundle has it: a piece is the file of a piece server, by its name. */
export function partsOf(figure) {
  return Object.entries(figure).map(([piece, quantity]) => ({ key: fileOf(piece), quantity }));
}

export const fileOf = (piece) => `${piece}.txt`;

export function contentOf(piece) {
  return `This is a ${piece}.\n`.padEnd(BYTES[piece] ?? 0, '.');
}
