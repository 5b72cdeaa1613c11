import { byId, element, formatNumber, link } from './elements.js';

/** The figures on top. */
export function showSummary(report) {
  const primary = report.members[0];
  const suspected = report.members.filter(({ state }) => state === 'suspected').length;
  const filling = report.members.filter(({ state }) => state === 'filling').length;
  const away = [
    ...(suspected > 0 ? [`${suspected} suspected`] : []),
    ...(filling > 0 ? [`${filling} filling`] : []),
  ].join(', ');
  byId('summary').replaceChildren(
    tile('Members', formatNumber(report.members.length), away || 'all up'),
    tile('View', formatNumber(report.view), report.provisional ? 'provisional' : ''),
    tile('Revision', formatNumber(report.revision), 'stored by every member'),
    tile('Objects', formatNumber(report.objects), toSettle(report)),
    tile(
      'Primary',
      primary ? primary.name : 'none',
      primary?.name === report.self ? 'this server' : '',
      'called',
    ),
    tile('This server', report.self, report.state === 'member' ? placeOf(report) : report.state, 'called'),
  );
}

/** What is wrong, and what to do about it; nothing when all is well. */
export function showNotices(report, lost) {
  const notices = [];
  if (lost !== null) notices.push(lostNotice(report, lost));
  else if (report !== null && report.state !== 'member') notices.push(outsideNotice(report));
  else if (report?.provisional)
    notices.push(
      notice(
        'warning',
        'This view was chosen without a majority of the one before. ',
        'What is written now is marked provisional, until the other servers are back.',
      ),
    );
  if (lost === null && report?.conflicts > 0)
    notices.push(
      notice(
        'warning',
        `${formatNumber(report.conflicts)} writes lost when two sides of the ring met again. `,
        element('a', { href: 'conflicts', target: '_blank', rel: 'noopener noreferrer' }, 'Look at them'),
        ' and settle each by a DELETE.',
      ),
    );
  byId('notices').replaceChildren(...notices);
}

function lostNotice(report, { error, retryInMs, at }) {
  const others = (report?.members ?? []).filter(
    ({ name, role }) => name !== report.self && role !== 'storage',
  );
  const where = `${location.host} ${error.status === undefined ? 'cannot be reached' : 'does not answer as it should'}. `;
  const what = error.status === undefined ? '' : `${error.message} `;
  const links = others.flatMap(({ name, url }, index) => [index === 0 ? '' : ', ', link(url, name)]);
  return notice(
    'error',
    element('strong', {}, where),
    what,
    report === null ? '' : `What you see is from ${at}. `,
    `It is asked again in ${Math.max(1, Math.round(retryInMs / 1000))} s. `,
    ...(links.length > 0 ? ['Other members: ', ...links, '.'] : []),
  );
}

function outsideNotice(report) {
  const text =
    report.state === 'joining'
      ? 'This server is not a member of the ring yet; it goes on asking to be taken in. '
      : report.state === 'returning'
        ? 'This server has come back with what is on its disk, and looks for the others. '
        : report.state === 'leaving'
          ? 'This server is leaving the ring. '
          : 'This server has left the ring. ';
  return notice('warning', text, 'Objects can be read and written at the members.');
}

function notice(kind, ...children) {
  return element('p', { class: `notice ${kind}` }, ...children);
}

function toSettle({ conflicts, offers }) {
  return [
    ...(conflicts > 0 ? [`${formatNumber(conflicts)} in conflict`] : []),
    ...(offers > 0 ? [`${formatNumber(offers)} being merged`] : []),
  ].join(', ');
}

function placeOf(report) {
  const place = report.members.findIndex(({ name }) => name === report.self) + 1;
  return place === 0 ? report.state : `${place} of ${report.members.length} in order`;
}

function tile(name, value, more, kind = 'figure') {
  return element(
    'div',
    {},
    element('dt', {}, name),
    element('dd', { class: kind, title: value }, value),
    element('dd', { class: 'more' }, more),
  );
}
