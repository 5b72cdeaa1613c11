import { describe, expect, test } from '@jest/globals';

import { Problem } from '../http/index.js';
import { readWatchQuery } from './watch-query.js';

describe('what a client asks for', () => {
  test.each([
    ['/events', '', '', null],
    ['/events?', '', '', null],
    ['/events?since=&prefix=', '', '', null],
    ['/events?since=0', '', '', 0],
    ['/events?since=12&prefix=a/b', '', 'a/b', 12],
    ['/events?since=12', '15', '', 15],
    ['/events', '15', '', 15],
    ['/events?prefix=a=b', '', 'a=b', null],
    ['/events?prefix=%C3%A4%20b+c%2B&', '', 'ä b c+', null],
    ['/events?%70refix=x', '', 'x', null],
    [`/events?prefix=${'x'.repeat(1024)}`, '', 'x'.repeat(1024), null],
  ])('%s, Last-Event-ID %j', (target, lastEventId, prefix, since) => {
    expect(readWatchQuery(target, lastEventId)).toEqual({ prefix, since });
  });
});

describe('what is refused', () => {
  test.each([
    ['/events?since=x', '', /^since must be/],
    ['/events?since=-1', '', /^since must be/],
    ['/events?since=1.5', '', /^since must be/],
    ['/events?since=1e3', '', /^since must be/],
    ['/events?since=9007199254740992', '', /^since must be/],
    ['/events?since=x', '1', /^since must be/],
    ['/events?since=1', 'x', /^Last-Event-ID must be/],
    ['/events?since=1&since=2', '', /since is given more than once/],
    ['/events?sinse=1', '', /"sinse" is no parameter here; these are: since, prefix/],
    ['/events?=1', '', /"" is no parameter/],
    ['/events?__proto__=1', '', /"__proto__" is no parameter/],
    ['/events?prefix=%', '', /percent-encoded/],
    ['/events?prefix=%zz', '', /percent-encoded/],
    ['/events?prefix=%ff', '', /percent-encoded/],
    [`/events?prefix=${'%C3%A4'.repeat(513)}`, '', /1,024 bytes/],
  ])('%s, Last-Event-ID %j', (target, lastEventId, detail) => {
    expect(() => readWatchQuery(target, lastEventId)).toThrow(Problem);
    expect(() => readWatchQuery(target, lastEventId)).toThrow(detail);
  });
});
