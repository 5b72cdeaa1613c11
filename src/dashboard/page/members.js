import { badge, byId, element, link } from './elements.js';

/** The members in their order, with all that is known of them. */
export function showMembers(report) {
  const members = report.members.map((member, index) => entry(member, index, report.self));
  byId('members').replaceChildren(...members);
}

function entry({ id, name, url, ring, priority, role, state }, index, self) {
  return element(
    'li',
    { class: state },
    element(
      'div',
      { class: 'member-head' },
      element('strong', {}, name),
      ...(index === 0 ? [badge('primary')] : []),
      ...(name === self ? [badge('self', 'this server')] : []),
      badge(state),
    ),
    element(
      'div',
      { class: 'member-facts' },
      // It has no page of its own.
      role === 'storage' ? element('span', {}, url) : link(url, url),
      fact('role', role),
      fact('ring', ring),
      fact('priority', String(priority)),
      fact('id', id),
    ),
  );
}

function fact(name, value) {
  return element('span', {}, element('span', { class: 'quiet' }, `${name} `), value);
}
