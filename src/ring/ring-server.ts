import { Inject, Injectable } from '@nestjs/common';
import { ServerTCP, TcpContext } from '@nestjs/microservices';
import type { AddressInfo, Socket } from 'node:net';

import { listenError } from '../config/index.js';
import { MAX_INCOMING, MAX_UNPROVED } from './admission.js';
import { FRAMES, type BatchEvent } from './batch.js';
import { frameSocketClass, type FrameSocket } from './frame-socket.js';
import { Links } from './links.js';
import { RING_OPTIONS, type RingOptions } from './options.js';

/** Connections that were refused and have not gone yet count as well; beyond this they get no word. */
const MAX_SOCKETS = 2 * (MAX_INCOMING + MAX_UNPROVED);

/** The transport of the Nest microservice on RING_PORT: Nest's TCP server over frames. */
@Injectable()
export class RingServer extends ServerTCP {
  constructor(
    private readonly links: Links,
    @Inject(RING_OPTIONS) { host, port }: RingOptions,
  ) {
    super({ host, port, socketClass: frameSocketClass('acceptor', links) });
    this.server.maxConnections = MAX_SOCKETS;
  }

  /** Nest's own reports only some of the errors, and would wait for ever after the others. */
  override listen(callback: (error?: unknown) => void): void {
    const fail = (error: NodeJS.ErrnoException) =>
      callback(listenError('the ring link', { host: this.host, port: this.port }, 'RING_', error));
    this.server.once('error', fail);
    this.server.listen(this.port, this.host, () => {
      this.server.off('error', fail);
      callback();
    });
  }

  /** The port that it listens on; undefined before and after. */
  get listeningPort(): number | undefined {
    return (this.server.address() as AddressInfo | null)?.port;
  }

  /** Nest's own logs every error of every connection; the links do so in words, and not too often. */
  override bindHandler(socket: Socket): void {
    this.openSockets.add(socket);
    socket.on('close', () => this.openSockets.delete(socket));
    const frames = this.getSocketInstance(socket) as FrameSocket;
    const context = new TcpContext([frames, FRAMES]);
    frames.on('message', (packet: BatchEvent) => {
      this.handleEvent(FRAMES, packet, context).catch((error: string) => this.handleError(error));
    });
    this.links.accept(frames);
  }

  /** Nest's own wraps every event in hooks and looks for streams in what comes of it: neither is here, and both cost. */
  override async handleEvent(pattern: string, { data }: BatchEvent, context: TcpContext): Promise<void> {
    await this.messageHandlers.get(pattern)?.(data, context);
  }

  /** Why it cannot listen, its caller hears in a sentence. */
  override handleError(error: string): void {
    if (this.server.listening) super.handleError(error);
  }
}
