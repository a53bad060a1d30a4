import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { ControlPlane, type Delivery } from '@warren/bus';
import { Confirmation, names } from '@warren/protocol';
import { InjectIdentity, type Identity } from '@warren/service';
import { type Observable, Subject } from 'rxjs';

/** What instances confirm; every gateway hears all of it. */
@Injectable()
export class Confirmations implements OnApplicationBootstrap {
  private readonly logger = new Logger(Confirmations.name);
  private readonly subject = new Subject<Confirmation>();

  constructor(
    private readonly control: ControlPlane,
    @InjectIdentity() private readonly self: Identity,
  ) {}

  get heard(): Observable<Confirmation> {
    return this.subject;
  }

  onApplicationBootstrap(): void {
    const queue = `${names.confirmations}.${this.self.instance}`;
    const bindings = [{ exchange: names.confirmations, kind: 'fanout' as const, key: '' }];
    void this.control.listen({ queue, exclusive: true, bindings }, (delivery) => this.hear(delivery));
  }

  private hear({ body }: Delivery): Promise<void> {
    try {
      this.subject.next(Confirmation.parse(JSON.parse(body.toString())));
    } catch (error) {
      this.logger.warn(`This is no confirmation: ${String(error)}`);
    }
    return Promise.resolve();
  }
}
