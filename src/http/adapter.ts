import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { Server as TlsServer } from 'node:tls';

import { ExpressAdapter } from '@nestjs/platform-express';

import { EVERYWHERE } from './allow.js';
import type { Answers } from './answers.js';
import { answerTimeout } from './client-error.js';
import { Connections } from './connections.js';
import type { Crowd } from './crowd.js';
import { expectsContinue } from './expectation.js';
import type { Gate } from './gate.js';
import { type HeadFault, RequestHeads } from './request-head.js';
import { createHttpServer, MIN_TLS_VERSION, type ServerSettings } from './http-server.js';
import { readQuery } from './query.js';
import type { RequestTally } from './request-tally.js';
import { SANDBOX } from './sandbox.js';
import { unmark } from './sent-on.js';
import type { TlsFiles } from './tls.js';
import { BodyPace } from './pace.js';
import { Turns } from './turns.js';

/** What of the application the adapter needs once it is built. */
export interface Handlers {
  readonly answers: Answers;
  /** What every request passes first. */
  readonly gate: Gate;
  /** Bounds what is worked on at once. */
  readonly crowd: Crowd;
  /** Counts every request. */
  readonly tally: RequestTally;
  /** Handles what is under `/objects/`. */
  readonly objects: RequestListener;
  /** False: object requests take the long way through Express, with the same answers. */
  readonly shortWay: boolean;
}

const SHORT_WAY = '/objects/';
/** What takes time, and any other server does as well. */
const SHARED_WORK = /^\/(?:objects|bundles)(?:[/?]|$)/;

/**
 * Puts a short way in front of Express: routing through it costs most of the time of a GET, so requests for objects go
 * from the HTTP server to their handler. All else goes to Nest as ever. Both ways begin behind the gate.
 */
export class RingletAdapter extends ExpressAdapter {
  private handlers: Handlers | undefined;
  /** Null while it lets everybody pass. */
  private gate: Gate | null = null;
  private connections: Connections | undefined;
  private readonly turns = new Turns((request, response) => this.route(request, response));
  private readonly heads = new RequestHeads();
  private readonly pace: BodyPace;
  private isDraining = false;

  constructor(private readonly settings: ServerSettings) {
    super();
    this.pace = new BodyPace(settings.limits, (socket) => answerTimeout(socket, this.labels()));
    this.disable('x-powered-by');
    this.disable('etag');
    // Nest's constructor has made the router already, which is why Express's settings of these names come too late.
    this.instance.router.caseSensitive = true;
    this.instance.router.strict = true;
    this.set('query parser', readQuery);
  }

  override initHttpServer(): void {
    const listeners = {
      request: this.dispatch,
      continued: this.dispatch,
      expectation: this.refuseExpectation,
      labels: () => this.labels(),
    };
    const server = createHttpServer(listeners, this.settings);
    this.connections = new Connections(server, this.settings.limits);
    this.httpServer = server;
  }

  /** To be called before the server listens. */
  connect(handlers: Handlers): void {
    this.handlers = handlers;
    handlers.answers.lingerMs = this.settings.limits.lingerMs;
    this.gate = handlers.gate.isOpen ? null : handlers.gate;
    this.use((_request: IncomingMessage, response: ServerResponse, next: () => void) => {
      const headers = handlers.answers.labels.headers();
      for (let at = 0; at < headers.length; at += 2) response.setHeader(headers[at]!, headers[at + 1]!);
      next();
    });
  }

  /** From now on new connections get this certificate; those that are open go on. */
  renewCertificate(files: TlsFiles): void {
    const server: unknown = this.httpServer;
    if (server instanceof TlsServer) server.setSecureContext({ ...files, minVersion: MIN_TLS_VERSION });
  }

  override getHttpServer(): Server {
    return this.httpServer as Server;
  }

  /** From now on every answer is the last of its connection. Resolves when those that are due have been given. */
  async beginDrain(): Promise<void> {
    this.isDraining = true;
    await this.connections?.settle();
  }

  override async close(): Promise<void> {
    this.isDraining = true;
    this.refuseUnfinished();
    await this.connections?.drain();
  }

  /** Ends at once, as a crash would. */
  abort(): void {
    this.httpServer?.close();
    this.connections?.destroyAll();
  }

  /** What every answer carries; before the server is connected, only what keeps it harmless. */
  private labels(): readonly string[] {
    return this.handlers?.answers.labels.headers() ?? SANDBOX;
  }

  private readonly dispatch: RequestListener = (request, response) => {
    if (this.isDraining) response.shouldKeepAlive = false;
    this.pace.watch(request);
    this.turns.take(request, response);
  };

  private route(request: IncomingMessage, response: ServerResponse): void {
    const fault = this.heads.faultOf(request);
    const tally = this.handlers?.tally;
    const isObject = request.url!.startsWith(SHORT_WAY);
    const startedAt = tally?.begin(request, isObject);
    if (fault !== null) this.refuseHead(request, response, fault);
    else if (this.gate === null || this.gate.admits(request, response))
      this.handle(request, response, isObject);
    if (startedAt !== undefined) tally!.take(request, response, startedAt);
  }

  private handle(request: IncomingMessage, response: ServerResponse, isObject: boolean): void {
    const crowd = this.handlers?.crowd;
    if (crowd === undefined || !(isObject || SHARED_WORK.test(request.url!)))
      return this.work(request, response, isObject);
    if (!crowd.isOpen) return crowd.take(request, response, () => this.work(request, response, isObject));
    unmark(request);
    this.work(request, response, isObject);
    crowd.count(response);
  }

  private work(request: IncomingMessage, response: ServerResponse, isObject: boolean): void {
    const { handlers } = this;
    if (isObject && handlers?.shortWay === true) handlers.objects(request, response);
    else if (request.url === '*') handlers?.answers.otherMethod(request, response, EVERYWHERE);
    else this.takeLongWay(request, response);
  }

  /** The handler of objects judges before it asks for the body; the few other bodies are small and asked for at once. */
  private takeLongWay(request: IncomingMessage, response: ServerResponse): void {
    if (expectsContinue(request) && !request.url!.startsWith(SHORT_WAY)) response.writeContinue();
    this.instance(request, response);
  }

  /** Who cannot say what it asks for, and of whom, is not asked again on this connection. */
  private refuseHead(request: IncomingMessage, response: ServerResponse, fault: HeadFault): void {
    response.shouldKeepAlive = false;
    this.handlers?.answers.problem(request, response, fault);
  }

  /** The ring has been left: a write whose body is still on its way is not done, and its client is told so before it is cut off. */
  private refuseUnfinished(): void {
    for (const response of this.connections?.due ?? []) {
      const { req: request } = response;
      if (request.complete || response.headersSent) continue;
      request.unpipe();
      this.handlers?.answers.problem(request, response, 'leaving');
    }
  }

  private readonly refuseExpectation: RequestListener = (request, response) => {
    this.handlers?.answers.problem(request, response, 'expectation_failed');
  };
}
