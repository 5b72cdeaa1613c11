import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload, TcpContext, Transport } from '@nestjs/microservices';

import { type Batch, FRAMES } from './batch.js';
import { FrameSocket } from './frame-socket.js';
import { Links } from './links.js';

/** Where Nest hands over what came in from a peer that dialled. */
@Controller()
export class RingController {
  constructor(private readonly links: Links) {}

  @EventPattern([FRAMES], Transport.TCP)
  frames(@Payload() batch: Batch, @Ctx() context: TcpContext): void {
    this.links.receive(context.getSocketRef() as FrameSocket, batch);
  }
}
