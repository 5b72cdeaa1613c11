import { describe, expect, it } from '@jest/globals';
import type { Notice } from './notice.js';
import { newest, Picture } from './picture.js';
import type { RingAnswer } from './ring-answer.js';

const answer = (view: number, ...names: string[]): RingAnswer => ({
  view,
  primary: names[0] ?? null,
  self: null,
  members: names.map((name) => ({ id: name, name, state: 'up' })),
  revision: '0',
  objects: 0,
  conflicts: 0,
  phase: 'member',
  provisional: false,
});

/** One that has told of the first answers. */
function picture(...answers: RingAnswer[]): Picture {
  const drawn = new Picture((name) => name.toUpperCase());
  for (const one of answers) drawn.see(one);
  return drawn;
}

const notice = (kind: 'left' | 'joined' | 'promoted', name: string, view: number, id = name): Notice => ({
  kind,
  id,
  name,
  view,
});

describe('what is seen of the ring', () => {
  it('tells who is there at first', () => {
    expect(picture().see(answer(1, 'a', 'b'))).toEqual([
      'A joined the ring (view 1)',
      'B joined the ring (view 1)',
      'A is now the primary (view 1)',
    ]);
  });

  it('tells a promotion', () => {
    expect(picture(answer(2, 'a', 'b')).see(answer(3, 'b', 'c'))).toEqual([
      'A left the ring (view 3)',
      'C joined the ring (view 3)',
      'B is now the primary (view 3)',
    ]);
  });

  it('tells a new incarnation, and one that is filled', () => {
    const filling = answer(3, 'a', 'b');
    filling.members[0] = { id: 'other', name: 'a', state: 'filling' };
    const drawn = picture(answer(2, 'a', 'b'));
    expect(drawn.see(filling)).toEqual([
      'A joined the ring anew (view 3)',
      'A takes the objects from the others',
    ]);
    filling.members[0].state = 'up';
    expect(drawn.see(filling)).toEqual(['A has all objects']);
  });

  it('tells when a part goes on alone, and when it does no longer', () => {
    const drawn = picture(answer(2, 'a'));
    expect(drawn.see({ ...answer(3, 'a'), provisional: true })).toEqual([
      'View 3 is provisional: too few of the others can be reached',
    ]);
    expect(drawn.see(answer(4, 'a'))).toEqual(['View 4 is no longer provisional']);
  });

  it('is silent when nothing changed but the view', () => {
    expect(picture(answer(2, 'a')).see(answer(3, 'a'))).toEqual([]);
  });

  it('begins anew with another ring', () => {
    const drawn = picture(answer(9, 'a'));
    drawn.forget();
    expect(drawn.see(answer(1, 'a'))).toEqual([
      'A joined the ring (view 1)',
      'A is now the primary (view 1)',
    ]);
  });

  it('believes the newest view, and the first of equals', () => {
    const first = answer(3, 'a');
    expect(newest([answer(2, 'x'), first, answer(3, 'y')])).toBe(first);
    expect(newest([])).toBeUndefined();
  });
});

describe('what is heard of the ring', () => {
  it('is told at once, and by one server only', () => {
    const drawn = picture(answer(2, 'a', 'b', 'c'));
    expect(drawn.hear(notice('left', 'a', 3), 2)).toEqual(['A left the ring (view 3)']);
    expect(drawn.hear(notice('promoted', 'b', 3), 2)).toEqual(['B is now the primary (view 3)']);
    expect(drawn.hear(notice('left', 'a', 3), 3)).toEqual([]);
    expect(drawn.hear(notice('promoted', 'b', 3), 3)).toEqual([]);
    expect(drawn.see(answer(3, 'b', 'c'))).toEqual([]);
  });

  it('is completed by the next look when its server died in the middle', () => {
    const drawn = picture(answer(2, 'a', 'b', 'c'));
    drawn.hear(notice('left', 'a', 3), 2);
    expect(drawn.see(answer(3, 'b', 'c'))).toEqual(['B is now the primary (view 3)']);
  });

  it('keeps promotions that are over before the next look', () => {
    const drawn = picture(answer(2, 'a', 'b', 'c'));
    const heard = [
      notice('left', 'a', 3),
      notice('promoted', 'b', 3),
      notice('left', 'b', 4),
      notice('promoted', 'c', 4),
    ];
    expect(heard.flatMap((one) => drawn.hear(one, 3))).toHaveLength(4);
    expect(drawn.see(answer(4, 'c'))).toEqual([]);
  });

  it('counts no more when its view is over, or its incarnation', () => {
    const drawn = picture(answer(5, 'a', 'b'));
    expect(drawn.hear(notice('left', 'a', 4), 2)).toEqual([]);
    expect(drawn.hear(notice('left', 'a', 6, 'former'), 2)).toEqual([]);
    expect(drawn.hear(notice('joined', 'a', 6, 'new'), 2)).toEqual(['A joined the ring anew (view 6)']);
  });

  it('tells each suspicion once', () => {
    const drawn = picture(answer(2, 'a', 'b', 'c'));
    const suspected: Notice = { kind: 'suspected', id: 'a', name: 'a', view: 2, reason: 'it is silent' };
    expect(drawn.hear(suspected, 2)).toEqual(['2 suspects A: it is silent']);
    expect(drawn.hear(suspected, 3)).toEqual([]);
    expect(drawn.hear({ ...suspected, view: 3 }, 3)).toHaveLength(1);
  });

  it('tells that a member is heard again, and not of one that is gone', () => {
    const drawn = picture(answer(2, 'a', 'b', 'c'));
    const doubted = answer(2, 'a', 'b', 'c');
    doubted.members[1]!.state = 'suspected';
    expect(drawn.relieve([answer(2, 'a', 'b', 'c'), doubted])).toEqual([]);
    expect(drawn.relieve([doubted])).toEqual([]);
    expect(drawn.relieve([answer(2, 'a', 'b', 'c')])).toEqual(['B is no longer suspected']);
    expect(drawn.relieve([answer(2, 'a', 'b', 'c')])).toEqual([]);
    drawn.relieve([doubted]);
    drawn.see(answer(3, 'a', 'c'));
    expect(drawn.relieve([answer(3, 'a', 'c')])).toEqual([]);
  });

  it('tells of sides that come together', () => {
    expect(picture().hear({ kind: 'merging', count: 2 }, 7)).toEqual([
      '7 offers the ring what was written apart from it: 2 writes',
    ]);
    expect(picture().hear({ kind: 'merged' }, 7)).toEqual([
      'The ring has all that was written at 7 apart from it',
    ]);
  });
});
