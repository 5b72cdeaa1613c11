import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { ExampleProgram } from '../support/lab/example-program.js';
import { freePorts } from '../support/lab/lab-program.js';

let lego: ExampleProgram;
beforeAll(() => {
  lego = new ExampleProgram('lego');
});
afterAll(() => lego.remove());

it('The example of figures delivers what can be built, and tells what cannot while a piece server is away', async () => {
  const [intermediary, first, second] = await freePorts(3);
  const { code, output } = await lego.run(['--port', `${intermediary}`]);
  const [, car, ...later] = output.split('An order for a ');
  expect(car).toMatch(new RegExp(`4 × wheel-small +from lab-${second}\n`));
  expect(car).toMatch(new RegExp(`3 × brick-2x4-red +from lab-${first}\n`));
  expect(car).toContain('Delivered: 12 pieces of 5 kinds');
  expect(later[0]).toMatch(/4 × window-1x2 +nobody has it\n/);
  expect(later[0]).toContain('Not delivered: 2 of its 4 kinds of pieces are missing.');
  expect(later[1]).toContain('Delivered: 18 pieces');
  expect(later[2]).toContain('Delivered: 37 pieces');
  expect(code).toBe(0);
});
