import { clientHeaderLength, encodeClientFrame, MASK } from './websocket-frames';

export type LoadKind = 'MeterValues' | 'Heartbeat';

/** Size of the MeterValues CALL, as in the published aims. */
export const METER_VALUES_BYTES = 430;

/** First reading of the register. Nine digits throughout, so that a frame keeps its length. */
export const METER_START_WH = 100_000_000;

const ID_PREFIX = '5f0c1b9e-7d42-4c1a-9b3e-';
const ID_DIGITS = 12;
const ID_PLACEHOLDER = `${ID_PREFIX}${'0'.repeat(ID_DIGITS)}`;
const TIMESTAMP_PLACEHOLDER = '2000-01-01T00:00:00.000Z';

/** Where the messageId begins in any OCPP-J message written without spaces: `[2,"`. */
export const ID_START = 4;
const COUNTER_START = ID_START + ID_PREFIX.length;

/**
 * A 1.6 MeterValues CALL of exactly 430 bytes, as a DC charger sends it in a transaction.
 * The energy register is first: each message adds 1 Wh, which is how the bench knows how many of them were projected.
 */
export function meterValuesText(transactionId: number): string {
  const write = (power: string) =>
    `[2,"${ID_PLACEHOLDER}","MeterValues",{"connectorId":1,"transactionId":${transactionId},"meterValue":[{` +
    `"timestamp":"${TIMESTAMP_PLACEHOLDER}","sampledValue":[` +
    `{"value":"${METER_START_WH}","context":"Sample.Periodic","measurand":"Energy.Active.Import.Register","unit":"Wh"},` +
    `{"value":"${power}","measurand":"Power.Active.Import","unit":"W","location":"Inlet"},` +
    `{"value":"54","measurand":"SoC","unit":"Percent","location":"EV"}]}]}]`;
  const missing = METER_VALUES_BYTES - write('').length;
  // The shorter the transactionId, the more decimals.
  return write('49873.6250000000'.slice(0, missing));
}

/** A 1.6 Heartbeat CALL. */
export function heartbeatText(): string {
  return `[2,"${ID_PLACEHOLDER}","Heartbeat",{}]`;
}

const ZERO = 0x30;

/** Writes the last `digits` decimal digits of `value` into masked bytes. */
function putDigits(frame: Buffer, header: number, at: number, digits: number, value: number): void {
  let rest = value;
  for (let position = at + digits - 1; position >= at; position--) {
    const quotient = Math.floor(rest / 10);
    frame[header + position] = (ZERO + (rest - quotient * 10)) ^ (MASK[position & 3] as number);
    rest = quotient;
  }
}

/**
 * One connection's CALL, masked and ready to write; `next` makes it a message never sent before by changing its
 * messageId, timestamp and register in place. The buffer must not be in use: the answer to the last one has arrived.
 */
export class PreparedCall {
  readonly frame: Buffer;
  private readonly header: number;
  private readonly timestampAt: number;
  private readonly registerAt: number;
  /** Messages made so far. */
  sent = 0;

  constructor(text: string) {
    const payload = Buffer.from(text, 'latin1');
    this.frame = encodeClientFrame('text', payload);
    this.header = clientHeaderLength(payload.length);
    this.timestampAt = text.indexOf(TIMESTAMP_PLACEHOLDER);
    this.registerAt = text.indexOf(`"value":"${METER_START_WH}"`) + '"value":"'.length;
  }

  /** @param timestamp 24 characters of ISO 8601 UTC, as ASCII */
  next(timestamp: Uint8Array): Buffer {
    this.sent += 1;
    putDigits(this.frame, this.header, COUNTER_START, ID_DIGITS, this.sent);
    if (this.timestampAt >= 0) {
      for (let index = 0; index < TIMESTAMP_PLACEHOLDER.length; index++) {
        const position = this.timestampAt + index;
        this.frame[this.header + position] = (timestamp[index] as number) ^ (MASK[position & 3] as number);
      }
      putDigits(this.frame, this.header, this.registerAt, 9, METER_START_WH + this.sent);
    }
    return this.frame;
  }

  /**
   * Whether the text frame at `start` answers the CALL under way: the id is compared, nothing is parsed.
   * @param type the message type expected, as ASCII: `3` (CALLRESULT), or `2` from a server that echoes
   */
  isAnswer(bytes: Buffer, start: number, end: number, type: number): boolean {
    if (end - start < ID_START + ID_PLACEHOLDER.length || bytes[start + 1] !== type) return false;
    let rest = this.sent;
    // Six digits tell a million messages apart; only one is outstanding.
    for (let position = start + COUNTER_START + ID_DIGITS - 1, digits = 0; digits < 6; position--, digits++) {
      const quotient = Math.floor(rest / 10);
      if (bytes[position] !== ZERO + (rest - quotient * 10)) return false;
      rest = quotient;
    }
    return true;
  }
}
