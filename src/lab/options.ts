/** What the command line asked for. */
export type Options =
  { kind: 'run'; ports: number[] } | { kind: 'help' } | { kind: 'wrong'; sentence: string };

export const defaultPorts = [8090, 8089, 8088];
const mostServers = 16;

export const usage = `Usage: npm run lab [-- --ports A,B,C]

Runs a ring of servers on this machine and reads commands: at a prompt on a terminal, else from standard input,
one after another. Exits with 1 when one of those failed.

  --ports A,B,C   the HTTP ports, the founder's first (default ${defaultPorts.join(',')})
  --help          this text`;

export function parseOptions(words: readonly string[]): Options {
  let ports = defaultPorts;
  for (let at = 0; at < words.length; at++) {
    const [name, inline] = words[at]!.split('=', 2);
    if (name === '--help' || name === '-h') return { kind: 'help' };
    if (name !== '--ports') {
      return { kind: 'wrong', sentence: `The lab does not know ${words[at]}; see npm run lab -- --help.` };
    }
    const parsed = parsePorts(inline ?? words[++at] ?? '');
    if (!parsed) return { kind: 'wrong', sentence: portsSentence };
    ports = parsed;
  }
  return { kind: 'run', ports };
}

const portsSentence =
  `--ports takes 1 to ${mostServers} different ports from 1 to 65535, separated by commas, ` +
  `such as --ports ${defaultPorts.join(',')}.`;

function parsePorts(text: string): number[] | undefined {
  const words = text.split(',').map((word) => word.trim());
  const ports = words.map(Number);
  const valid = words.every((word) => /^\d{1,5}$/.test(word)) && ports.every((p) => p >= 1 && p <= 65_535);
  const distinct = new Set(ports).size === ports.length;
  return valid && distinct && ports.length <= mostServers ? ports : undefined;
}
