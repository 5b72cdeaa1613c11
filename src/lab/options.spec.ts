import { describe, expect, it } from '@jest/globals';
import { parseOptions } from './options.js';

describe('options', () => {
  it('has three ports by default', () => {
    expect(parseOptions([])).toEqual({ kind: 'run', ports: [8090, 8089, 8088] });
  });

  it('takes other ports, the founder first', () => {
    expect(parseOptions(['--ports', '70,90,80'])).toEqual({ kind: 'run', ports: [70, 90, 80] });
    expect(parseOptions(['--ports=5'])).toEqual({ kind: 'run', ports: [5] });
  });

  it.each(['', 'a', '1,1', '0', '65536', '1,,2', '-1', '1.5'])('refuses the ports "%s"', (ports) => {
    expect(parseOptions(['--ports', ports]).kind).toBe('wrong');
  });

  it('refuses what it does not know, and a missing value', () => {
    expect(parseOptions(['--port', '1'])).toMatchObject({ sentence: expect.stringContaining('--port;') });
    expect(parseOptions(['--ports']).kind).toBe('wrong');
  });

  it('helps', () => {
    expect(parseOptions(['--ports', '1', '-h']).kind).toBe('help');
  });
});
