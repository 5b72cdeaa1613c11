import { beforeEach, describe, expect, it } from '@jest/globals';
import { Downstream } from './downstream.js';
import type { Watermark } from './messages.js';
import { Station, server, viewOf } from './testing/fixtures.js';

const view = viewOf([1, 2, 3]);
const mark = (revision: number): Watermark => ({ kind: 'watermark', view: view.id, revision });

let station: Station;
let downstream: Downstream;

beforeEach(() => {
  station = new Station(1, view);
  downstream = new Downstream(station.state, station.links);
});

describe('Downstream', () => {
  it('keeps frames until the successor is connected, and sends them in order', () => {
    downstream.send(mark(1));
    downstream.send(mark(2));
    downstream.open();
    expect([station.sent(), downstream.isOpen]).toEqual([[], false]);
    const link = station.connect(server(2));
    downstream.open();
    downstream.open();
    downstream.send(mark(3));
    expect(station.sent()).toEqual([1, 2, 3].map((revision) => ({ link, message: mark(revision) })));
  });

  it('does not open to another incarnation at the same address', () => {
    station.connect(server(9), 'r2');
    downstream.open();
    downstream.send(mark(1));
    expect([station.sent(), downstream.isOpen]).toEqual([[], false]);
  });

  it('is never resumed within a view', () => {
    const link = station.connect(server(2));
    downstream.open();
    downstream.send(mark(1));
    station.links.closed(link);
    downstream.closed(link);
    downstream.send(mark(2));
    station.connect(server(2));
    downstream.open();
    downstream.send(mark(3));
    expect(station.messages()).toEqual([mark(1)]);
    expect(downstream.isBroken).toBe(true);
  });

  it('starts over, over the same link, in the next view', () => {
    const link = station.connect(server(2));
    downstream.open();
    station.links.closed(link);
    downstream.closed(link);
    const second = station.connect(server(2));
    downstream.reset();
    downstream.send(mark(4));
    downstream.open();
    expect(station.sent()).toEqual([{ link: second, message: mark(4) }]);
  });

  it('drops what waited for the view before', () => {
    downstream.send(mark(1));
    downstream.reset();
    station.connect(server(2));
    downstream.open();
    expect(station.sent()).toEqual([]);
  });

  it('does not care for the end of other links', () => {
    station.connect(server(2));
    downstream.open();
    downstream.closed(99);
    expect([downstream.isOpen, downstream.isBroken]).toEqual([true, false]);
  });
});
