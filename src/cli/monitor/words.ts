import { counted } from '../units.js';
import { clock, count, rate } from './format.js';
import type { Happening } from './happening.js';
import { type Line, piece, type Tone } from './text.js';

const LABEL_COLUMNS = 11;

interface Words {
  /** One word. */
  readonly label: string;
  readonly tone: Tone;
  readonly said: string;
}

/** One line about what has happened: when, which kind of thing, and what. */
export function lineOf(happening: Happening): Line {
  const { label, tone, said } = wordsOf(happening);
  return [
    piece(`${clock(happening.at)}  `, 'dim'),
    piece(`${label.padEnd(LABEL_COLUMNS)}  `, tone),
    piece(said),
  ];
}

function wordsOf(happening: Happening): Words {
  switch (happening.kind) {
    case 'joined':
    case 'left':
    case 'promoted':
    case 'suspected':
    case 'cleared':
    case 'filled':
    case 'provisional':
      return ofMembers(happening);
    case 'conflict':
    case 'settled':
    case 'merging':
    case 'merged':
    case 'writes':
      return ofWrites(happening);
    case 'ring':
    case 'watching':
    case 'gap':
    case 'unreachable':
    case 'reachable':
      return ofWatching(happening);
  }
}

type Of<Kind extends Happening['kind']> = Extract<Happening, { kind: Kind }>;
type OfMembers = Of<'joined' | 'left' | 'promoted' | 'suspected' | 'cleared' | 'filled' | 'provisional'>;
type OfWrites = Of<'conflict' | 'settled' | 'merging' | 'merged' | 'writes'>;
type OfWatching = Of<'ring' | 'watching' | 'gap' | 'unreachable' | 'reachable'>;

function ofMembers(happening: OfMembers): Words {
  switch (happening.kind) {
    case 'joined':
      return words('joined', 'good', `${happening.server} is a member now (view ${happening.view})`);
    case 'left':
      return ofDeparture(happening);
    case 'promoted':
      return words('promoted', 'bold', `${happening.server} is the primary now (view ${happening.view})`);
    case 'suspected':
      return words('suspected', 'warn', `${happening.server}: ${happening.reason}`);
    case 'cleared':
      return words('cleared', 'good', `${happening.server} is heard again`);
    case 'filled':
      return words('filled', 'good', `${happening.server} has every object now`);
    case 'provisional':
      return happening.provisional
        ? words('provisional', 'warn', `view ${happening.view} was chosen without a majority of the ring`)
        : words('majority', 'good', `view ${happening.view} has the majority of the ring`);
  }
}

function ofDeparture({ server, reason, view }: Of<'left'>): Words {
  switch (reason) {
    case 'leaving':
      return words('left', 'plain', `${server} has left the ring (view ${view})`);
    case 'lost':
      return words('died', 'bad', `${server} is lost: the others cannot reach it (view ${view})`);
    case 'unknown':
      return words('gone', 'warn', `${server} is no member any more (view ${view})`);
  }
}

function ofWrites(happening: OfWrites): Words {
  switch (happening.kind) {
    case 'conflict': {
      const what = happening.deleted ? 'a deletion of ' : '';
      return words('conflict', 'warn', `${what}${happening.key} lost when two sides of the ring met`);
    }
    case 'settled':
      return words('settled', 'plain', `the conflict of ${happening.key}`);
    case 'merging':
      return words(
        'merging',
        'warn',
        `${counted(happening.count, 'write')} made apart are offered to the ring`,
      );
    case 'merged':
      return words('merged', 'good', 'the ring has all that was written apart from it');
    case 'writes':
      return words('writes', 'dim', saidOfWrites(happening));
  }
}

/** `seconds` is more than one where lines were put together. */
function saidOfWrites({ puts, deletes, seconds }: Of<'writes'>): string {
  const per = Math.max(seconds, 1);
  const rates = `${rate(puts / per)} puts/s, ${rate(deletes / per)} deletes/s`;
  return seconds < 1.5 ? rates : `${rates}, for ${Math.round(seconds)} s`;
}

function ofWatching(happening: OfWatching): Words {
  switch (happening.kind) {
    case 'ring':
      return words(
        'ring',
        'plain',
        `${happening.ring}, view ${happening.view}: ${happening.members.join(', ')}`,
      );
    case 'watching':
      return words('watching', 'plain', saidOfWatching(happening));
    case 'gap':
      return words(
        'gap',
        'warn',
        `some of what happened before revision ${count(happening.revision)} was missed`,
      );
    case 'unreachable':
      return words('no server', 'bad', `none answers (${happening.why}); it is tried again and again`);
    case 'reachable':
      return words('back', 'good', `servers answer again, after ${happening.afterSeconds} s`);
  }
}

function saidOfWatching({ server, before }: Of<'watching'>): string {
  if (before === null) return `through ${server}`;
  return before === server ? `through ${server} again` : `through ${server} now, no more through ${before}`;
}

function words(label: string, tone: Tone, said: string): Words {
  return { label, tone, said };
}
