import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { portsKeptIn } from './homes.js';

export type Partition = 'available' | 'primary';

/** What the command line asked for. */
export interface LabOptions {
  /** The founder's first. */
  ports: readonly number[];
  /** Absolute; each server has a folder of its own there. Without it, objects are in memory only. */
  dataDirectory?: string;
  partition?: Partition;
}

export type ReadOptions = { kind: 'run'; options: LabOptions } | { kind: 'wrong'; sentence: string };

/** As commander gives them. */
export interface GivenOptions {
  servers?: string;
  ports?: string[];
  dataDir?: string;
  partition?: Partition;
}

const highestPort = 8090;
const usualCount = 3;
const mostServers = 64;

const collect = (word: string, former: string[] = []): string[] => [...former, ...word.split(',')];

/** Adds what the lab takes to a command, which may be one of its own or `ringlet lab`. `call` is how a user calls it. */
export function describeLab(command: Command, call: string): Command {
  return command
    .description('run a ring of servers on this machine, with a console to stop, kill and reboot them')
    .argument('[servers]', 'how many servers, as --servers')
    .option(
      '--servers <n>',
      `how many servers, on the ports from ${highestPort} down (default ${usualCount})`,
    )
    .addOption(
      new Option('--port, --ports <port>', 'the HTTP port of a server; more than once, or A,B,C').argParser(
        collect,
      ),
    )
    .option('--data-dir <dir>', 'keep the objects below this directory; they are there again next time')
    .addOption(
      new Option(
        '--partition <mode>',
        'what a part of the ring may do alone; primary needs --data-dir',
      ).choices(['available', 'primary']),
    )
    .addHelpText('after', examples(call));
}

/** At most 79 columns wide. */
const examples = (call: string) => `
At the prompt, help lists the words. When standard input is no terminal, the
lab runs the lines that it reads, one after another, and exits with 1 when one
of them failed. However it ends, it takes its servers along.

Examples:
  ${call} --servers 5                     five servers, 8090 to 8086
  ${call} --port 9001 --port 9000         these two
  ${call} --data-dir ./ring               objects outlive the lab
  ${call} --data-dir ./ring --partition primary
                                          and a minority refuses writes
  printf 'put a 1\\nkill 8090\\nget a\\n' | ${call}`;

/** What was given, once it makes sense as a whole. `environment` is what the servers would inherit. */
export function readOptions(
  word: string | undefined,
  given: GivenOptions,
  environment: NodeJS.ProcessEnv = {},
): ReadOptions {
  const dataDirectory = given.dataDir === undefined ? undefined : resolve(given.dataDir);
  const partition = given.partition ?? environment['PARTITION'];
  if (partition === 'primary' && !dataDirectory)
    return wrong(
      'The partition mode primary needs disks: say --data-dir DIR as well, or --partition available.',
    );
  if (given.dataDir?.trim() === '') return wrong('--data-dir takes a directory, such as --data-dir ./ring.');
  if (word !== undefined && given.servers !== undefined && word !== given.servers)
    return wrong(`Say how many servers once: ${word} or ${given.servers}.`);
  const ports = portsOf(word ?? given.servers, given.ports, dataDirectory);
  if (typeof ports === 'string') return wrong(ports);
  return {
    kind: 'run',
    options: {
      ports,
      ...(dataDirectory !== undefined && { dataDirectory }),
      ...(given.partition !== undefined && { partition: given.partition }),
    },
  };
}

/** The ports, or the sentence about what is wrong with them. Without any wish, those that the directory knows. */
function portsOf(
  count: string | undefined,
  words: readonly string[] | undefined,
  dataDirectory: string | undefined,
): number[] | string {
  const named = words?.map((word) => word.trim());
  if (named && !(named.every(isPort) && new Set(named.map(Number)).size === named.length))
    return `--port takes ports from 1 to 65535, each once, such as --port ${highestPort} --port ${highestPort - 1}.`;
  if (named && named.length > mostServers) return tooMany;
  if (count === undefined && named) return named.map(Number);
  if (count === undefined && dataDirectory !== undefined) {
    const kept = portsKeptIn(dataDirectory);
    if (kept.length > 0) return kept;
  }
  const wanted = count === undefined ? usualCount : Number(count);
  if (!/^\d+$/.test(count ?? '0') || wanted < 1 || wanted > mostServers) return tooMany;
  return completed(named?.map(Number) ?? [], wanted);
}

const tooMany = `The lab runs 1 to ${mostServers} servers: say --servers ${usualCount}, or --port for the port of one.`;

const isPort = (word: string): boolean =>
  /^\d{1,5}$/.test(word) && Number(word) >= 1 && Number(word) <= 65_535;

/** As many ports as wanted: those that were named, and from the lowest of them downwards. */
function completed(named: readonly number[], wanted: number): number[] | string {
  if (named.length > wanted)
    return `These are ${named.length} ports for ${wanted} servers: leave out --servers.`;
  const lowest = named.length > 0 ? Math.min(...named) : highestPort + 1;
  const further = Array.from({ length: wanted - named.length }, (_, index) => lowest - 1 - index);
  if (further.some((port) => port < 1))
    return `There are too few ports below ${lowest}: name a higher one first.`;
  return [...named, ...further];
}

const wrong = (sentence: string): ReadOptions => ({ kind: 'wrong', sentence });
