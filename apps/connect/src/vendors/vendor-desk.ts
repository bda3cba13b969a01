import {
  chargerKey,
  type RegistrationStatus,
  type Vendor,
  type VendorAnswer,
  type VendorCall,
  type VendorHandler,
} from '@chargestream/contracts';
import type { Logger } from '@chargestream/service-kit';
import { vendorAnswerOf } from './vendor-answer';

/** By vendorId and messageId, both in lower case; a vendor that takes all messages has one handler. */
type Handlers = ReadonlyMap<string, VendorHandler | ReadonlyMap<string, VendorHandler>>;

export type VendorMessage = Omit<VendorCall, 'signal' | 'logger'> & { registration: RegistrationStatus };

const REJECTED: VendorAnswer = { status: 'Rejected' };

/** Asks the handlers of vendors, and answers for those that fail or take too long. */
export class VendorDesk {
  private readonly handlers: Handlers;

  /** @param timeoutMs how long a handler may take before its charger is answered Rejected. */
  constructor(
    vendors: ReadonlyMap<string, Vendor>,
    private readonly timeoutMs: number,
    private readonly logger: Logger,
  ) {
    this.handlers = new Map(
      [...vendors].map(([vendorId, vendor]) => [
        vendorId.toLowerCase(),
        typeof vendor === 'function'
          ? vendor
          : new Map(Object.entries(vendor).map(([messageId, handler]) => [messageId.toLowerCase(), handler])),
      ]),
    );
  }

  /** Never throws and never rejects. A promise only where the handler takes its time. */
  answer(message: VendorMessage): VendorAnswer | Promise<VendorAnswer> {
    // 1.6 §6.15: both are CiStrings, which are case-insensitive.
    const vendor = this.handlers.get(message.vendorId.toLowerCase());
    // 1.6 §4.3, 2.0.1 P02.FR.06.
    if (!vendor) return { status: 'UnknownVendorId' };
    const handler = typeof vendor === 'function' ? vendor : vendor.get((message.messageId ?? '').toLowerCase());
    // 1.6 §4.3, 2.0.1 P02.FR.07.
    if (!handler) return { status: 'UnknownMessageId' };
    // 1.6 §4.2: a charger that is not accepted shall not ask; nothing is done for it.
    if (message.registration !== 'ACCEPTED') return REJECTED;
    return this.ask(handler, message);
  }

  private ask(handler: VendorHandler, message: VendorMessage): VendorAnswer | Promise<VendorAnswer> {
    const { registration: _, ...rest } = message;
    const { tenantId, chargerId, vendorId, messageId } = rest;
    const logger = this.logger.child({ charger: chargerKey(tenantId, chargerId), vendorId, messageId });
    const giveUp = new AbortController();
    try {
      const returned: unknown = handler({ ...rest, logger, signal: giveUp.signal });
      if (!isPromise(returned)) return vendorAnswerOf(returned);
      return this.inTime(returned, giveUp, logger);
    } catch (error) {
      return failed(error, logger);
    }
  }

  private async inTime(returned: PromiseLike<unknown>, giveUp: AbortController, logger: Logger): Promise<VendorAnswer> {
    let timer: NodeJS.Timeout | undefined;
    const tooSlow = new Promise<VendorAnswer>((resolve) => {
      timer = setTimeout(() => {
        logger.warn(
          { timeoutMs: this.timeoutMs },
          "a vendor's handler took too long: its charger is answered Rejected",
        );
        resolve(REJECTED);
        giveUp.abort(new Error(`no answer within ${this.timeoutMs} ms`));
      }, this.timeoutMs);
    });
    // What comes after the time is up is caught too; nobody waits for it any more.
    const answered = Promise.resolve(returned)
      .then(vendorAnswerOf)
      .catch((error: unknown) => (giveUp.signal.aborted ? REJECTED : failed(error, logger)));
    try {
      return await Promise.race([answered, tooSlow]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function failed(error: unknown, logger: Logger): VendorAnswer {
  logger.error({ err: error }, "a vendor's handler failed: its charger is answered Rejected");
  return REJECTED;
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
}
