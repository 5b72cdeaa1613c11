import { byId, formatNumber, shape } from './elements.js';

const LARGEST_RADIUS = 150;
/** Room for a name at either side of the circle. */
const MARGIN = 62;
const NODE_RADIUS = 19;
const NAME_HEIGHT = 40;
const EDGE = 10;
/** Members closer together than this have no room for their names, which are in the list as well. */
const ROOM_FOR_NAME = 92;
const LONGEST_NAME = 16;

/** Draws the members clockwise in their order, the primary on top; each sends to the next one. */
export function showDrawing(report) {
  const place = byId('drawing');
  const width = Math.max(260, place.clientWidth);
  const radius = Math.min(LARGEST_RADIUS, width / 2 - MARGIN);
  const center = { x: width / 2, y: radius + NODE_RADIUS + 8 };
  const count = report.members.length;
  const hasNames = count < 2 || 2 * radius * Math.sin(Math.PI / count) >= ROOM_FOR_NAME;
  const points = report.members.map((_member, index) => pointAt(center, radius, index / count));
  const nodes = report.members.map((member, index) =>
    node(member, index, points[index], { isSelf: member.name === report.self, hasNames }),
  );
  const lowest = Math.max(...points.map(({ y }) => y)) + NODE_RADIUS + (hasNames ? NAME_HEIGHT : 0);
  const height = Math.max(lowest, center.y + radius) + EDGE;
  place.replaceChildren(
    shape(
      'svg',
      { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': describe(report) },
      shape('circle', { class: 'track', cx: center.x, cy: center.y, r: radius }),
      ...report.members.map((_member, index) => arrow(center, radius, (index + 0.5) / count)),
      ...middle(center, report),
      ...nodes,
    ),
  );
}

/** A point of the circle; `turn` goes from 0 at the top clockwise to 1. */
function pointAt({ x, y }, radius, turn) {
  const angle = 2 * Math.PI * turn;
  return { x: x + radius * Math.sin(angle), y: y - radius * Math.cos(angle) };
}

function arrow(center, radius, turn) {
  const { x, y } = pointAt(center, radius, turn);
  const transform = `translate(${x} ${y}) rotate(${360 * turn})`;
  return shape('path', { class: 'arrow', d: 'M-5 -6 L6 0 L-5 6 Z', transform });
}

function middle({ x, y }, report) {
  return [
    shape('text', { class: 'middle', x, y: y - 4 }, `view ${formatNumber(report.view)}`),
    shape('text', { class: 'middle small', x, y: y + 16 }, `revision ${formatNumber(report.revision)}`),
  ];
}

function node(member, index, { x, y }, { isSelf, hasNames }) {
  const isPrimary = index === 0;
  const parts = [
    shape('title', {}, `${member.name}: ${isPrimary ? 'primary, ' : ''}${member.state}`),
    ...(isSelf ? [shape('circle', { class: 'halo', cx: x, cy: y, r: NODE_RADIUS + 5 })] : []),
    shape('circle', { class: 'body', cx: x, cy: y, r: NODE_RADIUS }),
    shape('text', { class: 'place', x, y: y + 5 }, String(index + 1)),
  ];
  if (hasNames) {
    const below = y + NODE_RADIUS + 20;
    const role = [
      isPrimary ? 'primary' : '',
      member.role === 'both' ? '' : member.role,
      member.state === 'up' ? '' : member.state,
    ]
      .filter(Boolean)
      .join(', ');
    parts.push(shape('text', { class: 'name', x, y: below }, shorten(member.name)));
    if (role !== '') parts.push(shape('text', { class: 'role', x, y: below + 15 }, role));
  }
  return shape('g', { class: `node ${member.state}${isPrimary ? ' primary' : ''}` }, ...parts);
}

function shorten(name) {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
}

function describe({ members }) {
  return `A ring of ${members.length}: ${members.map(({ name }) => name).join(', then ')}.`;
}
