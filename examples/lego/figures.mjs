/** What each piece server makes: the first and the second. */
export const STOCK = [
  ['brick-2x4-red', 'brick-2x4-white', 'brick-2x2-red', 'plate-4x8-grey', 'roof-2x4-blue'],
  ['wheel-small', 'axle', 'window-1x2', 'door-1x4', 'lamp-yellow'],
];

/** A figure is a list of pieces, each so many times. */
export const FIGURES = {
  car: { 'plate-4x8-grey': 1, axle: 2, 'wheel-small': 4, 'brick-2x4-red': 3, 'lamp-yellow': 2 },
  house: { 'brick-2x4-white': 24, 'roof-2x4-blue': 8, 'window-1x2': 4, 'door-1x4': 1 },
  wall: { 'brick-2x4-red': 12, 'brick-2x2-red': 6 },
};

export const keyOf = (piece) => `pieces/${piece}`;

/** As a bundle has it. */
export function partsOf(figure) {
  return Object.entries(figure).map(([piece, quantity]) => ({
    key: keyOf(piece),
    quantity,
    as: `${piece}.txt`,
  }));
}
