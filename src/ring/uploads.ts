import type { Grant, Input, Outcome, Ticket } from '../replication/index.js';
import type { Tickets } from './tickets.js';
import { Upload, type UploadInput } from './upload.js';

const NOT_BEGUN: Outcome = { kind: 'not-done', reason: 'not-a-member' };

/** The large bodies that clients send to this server. */
export class Uploads {
  private readonly uploads = new Map<Ticket, Upload>();

  constructor(
    private readonly tickets: Tickets,
    private readonly step: (input: Input) => void,
  ) {}

  begin(size: number): Upload {
    const { ticket, outcome } = this.tickets.open(NOT_BEGUN);
    const upload = new Upload(ticket, size, outcome, (input) => this.take(input));
    this.uploads.set(ticket, upload);
    void outcome.then(() => this.uploads.delete(ticket));
    this.step({ kind: 'upload', ticket, size });
    return upload;
  }

  grant({ ticket, pieces }: Grant): void {
    this.uploads.get(ticket)?.grant(pieces);
  }

  /** Only what was ended can be done without an answer, and what was aborted gets none. */
  private take(input: UploadInput): void {
    if (input.kind === 'upload-end') this.tickets.amend(input.ticket, { kind: 'unknown' });
    this.step(input);
    if (input.kind === 'upload-abort') this.tickets.cancel(input.ticket);
  }
}
