import { setTimeout as delay } from 'node:timers/promises';

import { type INestApplication, Logger } from '@nestjs/common';

import { type Config, type Identity, MULTICAST, resolveIdentity } from './config/index.js';
import { DiscoveryService } from './discovery/index.js';
import { FilesService } from './files/index.js';
import { Prober } from './health/index.js';
import { Labels, listen, readTlsFiles, type RingletAdapter, Shutdown } from './http/index.js';
import { IslandsService } from './islands/index.js';
import { RingService } from './ring/index.js';

/**
 * What leaving the ring may take, with what only this server keeps handed on to others; who cannot agree on it in that time goes
 * without a word, and is found out.
 */
const LEAVE_MS = 45_000;

/** One server: both its ports, its place in the ring, and its end. */
export class RingletServer {
  private readonly logger = new Logger('Ringlet');
  /** This server's place in the ring. */
  readonly ring: RingService;
  private readonly discovery: DiscoveryService;
  private readonly files: FilesService;
  private readonly islands: IslandsService;
  private readonly shutdown: Shutdown;
  private present: Identity | undefined;

  /** Fulfilled when the server has ended, by `stop` or because it was told to leave. */
  readonly ended: Promise<void>;

  constructor(
    private readonly app: INestApplication,
    private readonly adapter: RingletAdapter,
    private readonly config: Config,
  ) {
    this.ring = app.get(RingService);
    this.discovery = app.get(DiscoveryService);
    this.files = app.get(FilesService);
    this.islands = app.get(IslandsService);
    this.shutdown = app.get(Shutdown);
    this.ended = this.shutdown.begun.then(() => this.leave());
  }

  /** How others reach this server; it must have started. */
  get identity(): Identity {
    if (this.present === undefined) throw new Error('the server has not started');
    return this.present;
  }

  /** Reads its disk and listens on both ports, then founds or joins the ring. Rejects with a sentence when one of them cannot be had. */
  async start(): Promise<void> {
    try {
      await this.files.open();
      await this.ring.open();
      const port = await this.listen();
      this.present = resolveIdentity(this.config, { port, ringPort: this.ring.port! });
      await this.discovery.open();
    } catch (error) {
      await this.ring.abort();
      await this.app.close();
      throw error;
    }
    this.ring.start(this.present);
    this.app.get(Labels).refresh();
    this.app.get(Prober).start();
    const { name, url, ring } = this.present;
    this.logger.log(`${name} listens: HTTP on ${url}, the ring on ${ring}`);
    this.tellOfReturn();
    this.tellOfPeers();
    this.discovery.start();
    this.files.start();
    this.islands.start();
  }

  /** Leaves the ring, lets pending requests complete, and ends. */
  stop(): Promise<void> {
    this.shutdown.begin();
    return this.ended;
  }

  /** Ends at once, as a crash would: nobody is told, and nothing completes. */
  async abort(): Promise<void> {
    this.app.get(Prober).stop();
    this.discovery.close();
    this.files.close();
    this.islands.close();
    const gone = this.ring.abort();
    this.adapter.abort();
    await this.app.close();
    await gone;
  }

  /** Clients are served over HTTPS. */
  get hasCertificate(): boolean {
    return this.config.tlsCert !== undefined;
  }

  /** Reads the files of TLS_CERT and TLS_KEY again; when they cannot be used, what was read before stays. */
  renewCertificate(): void {
    try {
      const files = readTlsFiles(this.config);
      if (files === undefined) return;
      this.adapter.renewCertificate(files);
      this.logger.log('The certificate of HTTPS was read again');
    } catch (error) {
      this.logger.error(`The certificate of HTTPS stays as it was: ${(error as Error).message}`);
    }
  }

  private tellOfPeers(): void {
    const { peers, multicastGroup, ring } = this.config;
    if (peers.length === 0) return;
    const isNew = this.ring.status().phase === 'joining';
    if (peers === MULTICAST) {
      const { address, port } = multicastGroup;
      const founding = isNew ? ', and founds it when there is none' : '';
      return this.logger.log(`It looks for the ring ${ring} by multicast on ${address}:${port}${founding}`);
    }
    const founding = isNew ? '; a new ring is founded without PEER' : '';
    this.logger.log(`It joins the ring by way of ${peers.join(' or ')}, once one answers${founding}`);
  }

  private tellOfReturn(): void {
    const { phase, objects, watermark } = this.ring.status();
    if (phase !== 'returning') return;
    this.logger.log(
      `It comes back with ${objects} objects, up to revision ${watermark}, and looks for the others`,
    );
  }

  private async listen(): Promise<number> {
    await this.app.init();
    await this.app.startAllMicroservices();
    return listen(this.adapter.getHttpServer(), this.config.host, this.config.port);
  }

  /** Requests that came before it was told to leave complete first; the ring would refuse them afterwards. */
  private async leave(): Promise<void> {
    this.logger.log('This server leaves the ring');
    this.discovery.close();
    this.files.close();
    await this.adapter.beginDrain();
    await Promise.race([this.ring.leave(), delay(LEAVE_MS, undefined, { ref: false })]);
    await this.adapter.close();
    this.islands.close();
    this.app.get(Prober).stop();
    await this.ring.stop();
    await this.app.close();
  }
}
