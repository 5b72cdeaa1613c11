import { describe, expect, it } from '@jest/globals';
import { CLOCK_JUMP_MS, Lease, remainingLeaseMs } from './lease.js';
import { viewOf } from './testing/fixtures.js';

const LEASE_MS = 600;

describe('Lease', () => {
  it('runs from the stamp, not from when the stamp came back', () => {
    const lease = new Lease(LEASE_MS);
    expect(lease.isValid(0)).toBe(false);
    lease.renew(1000);
    expect([1599, 1600].map((now) => lease.isValid(now))).toEqual([true, false]);
  });

  it('is not shortened by an older stamp', () => {
    const lease = new Lease(LEASE_MS);
    lease.renew(1000);
    lease.renew(900);
    expect(lease.isValid(1599)).toBe(true);
  });

  it('is not revived by a stamp from before it was ended', () => {
    const lease = new Lease(LEASE_MS);
    lease.renew(1000);
    lease.void(1100);
    expect(lease.isValid(1100)).toBe(false);
    lease.renew(1099);
    expect(lease.isValid(1100)).toBe(false);
    lease.renew(1100);
    expect(lease.isValid(1101)).toBe(true);
  });

  it('remembers when it last saw a fresh stamp of each member', () => {
    const lease = new Lease(LEASE_MS);
    const view = viewOf([1, 2, 3]);
    lease.witness(view, [5, 5, -1], 1000);
    lease.witness(view, [6, -1, -1], 1100);
    expect(lease.ages(view, 1150.5)).toEqual([50, 150, -1]);
  });

  it('remembers across views who stays, and forgets who does not', () => {
    const lease = new Lease(LEASE_MS);
    lease.witness(viewOf([1, 2]), [5, 5], 1000);
    lease.retain((id) => id === 2);
    expect(lease.ages(viewOf([2, 1]), 1100)).toEqual([100, -1]);
  });
});

describe('remainingLeaseMs', () => {
  it('allows for clocks that drift by one per cent, and for a sleep too short to be noticed', () => {
    const most = 606 + CLOCK_JUMP_MS;
    const ages = [0, 100, most - 1, most, most + 1];
    expect(ages.map((age) => remainingLeaseMs(LEASE_MS, age))).toEqual([most, most - 100, 1, 0, 0]);
  });

  it('is nothing for a member whose stamp nobody saw: it never got it back', () => {
    expect(remainingLeaseMs(LEASE_MS, -1)).toBe(0);
  });
});
