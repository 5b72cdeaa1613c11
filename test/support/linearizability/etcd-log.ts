import type { Model, Operation } from './history.js';

/** A register of small numbers with compare-and-set, as Jepsen drove etcd through. */
export type EtcdInput =
  | { readonly kind: 'read' }
  | { readonly kind: 'write'; readonly value: number }
  | { readonly kind: 'cas'; readonly from: number; readonly to: number };
export type EtcdOutput = { readonly read: number | null } | 'ok' | 'fail';
type EtcdState = number | null;

export const etcdRegister: Model<EtcdState, EtcdInput, EtcdOutput> = {
  initial: null,
  step(state, input, output) {
    switch (input.kind) {
      case 'read':
        return [output === null || (typeof output === 'object' && output.read === state), state];
      case 'write':
        return [output === null || output === 'ok', input.value];
      case 'cas':
        return compareAndSet(state, input, output);
    }
  },
  key: (state) => state,
  transition: (input, output) => {
    if (input.kind === 'read') return typeof output === 'object' && output ? { from: output.read } : {};
    if (input.kind === 'write') return { to: input.value };
    return output === 'fail' ? {} : { from: input.from, to: input.to };
  },
};

function compareAndSet(
  state: EtcdState,
  { from, to }: { readonly from: number; readonly to: number },
  output: EtcdOutput | null,
): readonly [boolean, EtcdState] {
  const answer = state === from ? 'ok' : 'fail';
  return [output === null || output === answer, state === from ? to : state];
}

const LINE = /jepsen\.util - (\d+)\t:(\w+)\t:(\w+)\t(.*)$/;

/** Reads the log of one Jepsen run. A line's number is its time; a call without a result is of unknown outcome. */
export function parseEtcdLog(text: string): Operation<EtcdInput, EtcdOutput>[] {
  const pending = new Map<string, Operation<EtcdInput, EtcdOutput>>();
  const operations: Operation<EtcdInput, EtcdOutput>[] = [];
  for (const [time, line] of text.split('\n').entries()) {
    const [, client, type, name, argument] = LINE.exec(line) ?? [];
    if (client === undefined || type === undefined || name === undefined || argument === undefined) continue;
    const call = pending.get(client);
    if (type === 'invoke') pending.set(client, invocation(client, time, name, argument));
    else if (call) {
      pending.delete(client);
      if (name !== 'read' || type === 'ok') operations.push(answered(call, time, type, argument));
    }
  }
  return [...operations, ...pending.values()];
}

function invocation(client: string, call: number, name: string, argument: string) {
  return { client, key: '', call, return: Infinity, input: parseInput(name, argument), output: null };
}

function parseInput(name: string, argument: string): EtcdInput {
  const [first = NaN, second = NaN] = (argument.match(/\d+/g) ?? []).map(Number);
  if (name === 'read') return { kind: 'read' };
  return name === 'write' ? { kind: 'write', value: first } : { kind: 'cas', from: first, to: second };
}

function answered(
  call: Operation<EtcdInput, EtcdOutput>,
  time: number,
  type: string,
  argument: string,
): Operation<EtcdInput, EtcdOutput> {
  if (type === 'info') return call;
  const read = argument === 'nil' ? null : Number(argument);
  return {
    ...call,
    return: time,
    output: call.input.kind === 'read' ? { read } : type === 'ok' ? 'ok' : 'fail',
  };
}
