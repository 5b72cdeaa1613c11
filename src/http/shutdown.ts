import { Injectable } from '@nestjs/common';

/** The wish that this server ends, whoever has it; whoever runs the server fulfils it. */
@Injectable()
export class Shutdown {
  private resolve!: () => void;
  private hasBegun = false;

  /** Fulfilled when the wish is there. */
  readonly begun = new Promise<void>((resolve) => {
    this.resolve = resolve;
  });

  get isDraining(): boolean {
    return this.hasBegun;
  }

  begin(): void {
    this.hasBegun = true;
    this.resolve();
  }
}
