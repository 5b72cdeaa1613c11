import type { Attempt, RingletError } from '../client/index.js';
import { EXIT, Failure } from './failure.js';

/** What the client complains of, in the words of a command line. */
export function explain(error: RingletError): Failure {
  if (error.code === 'body_not_replayable')
    return new Failure(
      `The server was lost when a part of the pipe was read (${toldBy(error.attempts).join('; ')}): try again, or put it from a file.`,
    );
  switch (error.kind) {
    case 'usage':
      return new Failure(error.message, EXIT.usage);
    case 'not-found':
      return new Failure(error.message, EXIT.notFound);
    case 'precondition':
      return new Failure(error.message, EXIT.precondition);
    case 'unreachable':
      return unreachable(toldBy(error.attempts));
    case 'unauthorized':
      return new Failure(
        `The servers ask for another token (${toldBy(error.attempts).join('; ')}): give it by --token or RINGLET_TOKEN.`,
      );
    case 'unavailable':
    case 'refused':
      return new Failure(error.message);
  }
}

function unreachable(told: readonly string[]): Failure {
  const isUntrusted = told.some((text) => /CERT|SIGNED|ISSUER/i.test(text));
  const advice = isUntrusted
    ? 'name a file with its certificate by NODE_EXTRA_CA_CERTS'
    : 'start one, or say where one is by --server URL';
  return new Failure(`No server can be reached (${told.join('; ')}): ${advice}.`, EXIT.unreachable);
}

/** What each server has said last. */
export function toldBy(attempts: readonly Attempt[]): string[] {
  const last = new Map(attempts.map(({ server, said }) => [server, said]));
  return [...last].map(([server, said]) => `${hostOf(server)}: ${said.replace(/\.$/, '')}`);
}

function hostOf(server: string): string {
  return URL.canParse(server) ? new URL(server).host : server;
}

export function noObject(key: string): Failure {
  return new Failure(
    `There is no object ${JSON.stringify(key)}: ringlet ls shows those that are there.`,
    EXIT.notFound,
  );
}
