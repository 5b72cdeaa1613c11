import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';

import { Pace } from './pace.js';

beforeEach(() => {
  jest.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  jest.useRealTimers();
});

test('runs once for all that ask at the same time', () => {
  const task = jest.fn();
  const pace = new Pace(task);
  pace.ask();
  pace.ask();
  expect(task).not.toHaveBeenCalled();
  jest.advanceTimersByTime(0);
  expect(task).toHaveBeenCalledTimes(1);
  pace.ask();
  jest.advanceTimersByTime(0);
  expect(task).toHaveBeenCalledTimes(2);
});

test('after a long run rests four times as long', () => {
  const task = jest.fn(() => void jest.setSystemTime(Date.now() + 10));
  const clock = jest.spyOn(performance, 'now').mockImplementation(() => Date.now());
  const pace = new Pace(task);
  pace.ask();
  jest.advanceTimersByTime(0);
  pace.ask();
  jest.advanceTimersByTime(39);
  expect(task).toHaveBeenCalledTimes(1);
  jest.advanceTimersByTime(1);
  expect(task).toHaveBeenCalledTimes(2);
  clock.mockRestore();
});
