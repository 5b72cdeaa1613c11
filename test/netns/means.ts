import { execFileSync } from 'node:child_process';

/** Runs a program to its end. @throws with what it said, when it failed */
export function command(program: string, ...words: readonly string[]): void {
  try {
    execFileSync(program, words, { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    const { stderr } = error as { stderr?: Buffer };
    const said = stderr === undefined ? String(error) : stderr.toString().trim();
    throw new Error(`${program} ${words.join(' ')}: ${said}`, { cause: error });
  }
}

/** Why there can be no hosts here; undefined when there can. */
export function whyNoHosts(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces need Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  if (!works('ip', '-V') || !works('tc', '-V')) return 'ip and tc are missing (Debian: iproute2)';
  if (process.env['RINGLET_NETNS'] !== 'enclosed')
    return 'it was not started by test/netns/enclose (npm run test:netns), or unshare is not allowed here';
  const rules = ['from', '192.0.2.1', 'blackhole'];
  if (!works('ip', 'rule', 'add', ...rules)) return 'the kernel has no routing by rules';
  command('ip', 'rule', 'del', ...rules);
  return undefined;
}

/** Whether the kernel can shape what leaves an interface in this way. Asked of the loopback of the tests' own network. */
export function canShape(...discipline: readonly string[]): boolean {
  if (whyNoHosts() !== undefined) return false;
  if (!works('tc', 'qdisc', 'add', 'dev', 'lo', 'root', ...discipline)) return false;
  command('tc', 'qdisc', 'del', 'dev', 'lo', 'root');
  return true;
}

function works(program: string, ...words: readonly string[]): boolean {
  try {
    command(program, ...words);
    return true;
  } catch {
    return false;
  }
}
