import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultBounds } from './bounds.js';
import { onEnd } from './ending.js';
import { Lab } from './lab.js';
import { parseOptions, usage } from './options.js';
import { listed } from './outcome.js';
import { takenPorts } from './ports.js';
import { httpRingApi } from './ring-api.js';
import { plainScreen, runScript } from './script.js';
import { Session } from './session.js';
import { builtPrograms, processSpawn } from './spawn.js';
import { Terminal } from './terminal.js';
import { completions } from './words.js';

const options = parseOptions(process.argv.slice(2));
if (options.kind === 'help') console.log(usage);
else if (options.kind === 'wrong') refuse(options.sentence);
else await run(options.ports);

async function run(ports: readonly number[]): Promise<void> {
  const taken = await takenPorts(ports);
  if (taken.length > 0) return refuse(takenSentence(taken));

  const onTerminal = process.stdin.isTTY && process.stdout.isTTY;
  const terminal = onTerminal
    ? new Terminal(process.stdin, process.stdout, completions, () => leave(0))
    : undefined;
  const screen = terminal ?? plainScreen(process.stdout, process.stderr);
  const directory = mkdtempSync(join(tmpdir(), 'ringlet-lab-'));
  const lab = new Lab({
    spawn: processSpawn(builtPrograms(directory)),
    api: httpRingApi(process.env.AUTH_TOKEN),
    bounds: defaultBounds,
    directory,
    environment: process.env,
    say: (line) => screen.say(line),
  });
  const session = new Session(lab, screen);
  onEnd((code) => leave(code));

  const started = await session.start(ports);
  if (started === 'failed') return exit(await session.end(1));
  if (terminal) {
    await terminal.run(session.execute);
    return exit(await session.end(0));
  }
  const fine = await runScript(process.stdin, screen, session.execute);
  exit(await session.end(fine && started === 'ready' && !lab.troubled ? 0 : 1));

  function leave(code: number): void {
    void session.interrupt(code).then(exit);
  }

  function exit(code: number): void {
    terminal?.close();
    process.exit(code);
  }
}

function takenSentence(taken: readonly number[]): string {
  const [what, whom] = taken.length === 1 ? ['Port', 'is taken'] : ['Ports', 'are taken'];
  return `${what} ${listed(taken)} ${whom} by another program: end it, or choose others with --ports A,B,C.`;
}

function refuse(sentence: string): void {
  console.error(sentence);
  process.exitCode = 1;
}
