import type { OcppError } from '../errors';
import { copyJson } from './copy';
import { deviation, type Deviation } from './deviation';
import { child, isContainer, keysOf, pointerTo, valueAt } from './json-pointer';
import { hasUnsafeTransactionId, propertiesWithoutMeaning, type Subject } from './message-rules';
import type { PayloadValidator } from './payload-validator';
import { remedyFor } from './remedies';
import { deviationOf, errorOf, violationOf, type Violation } from './violation';

/** Each round repairs what the one before has uncovered; a wrapped, coerced and then renamed value takes three. */
const MAX_ROUNDS = 16;
/** A payload with more deviations than this is repaired all the same; the rest is not listed. */
const MAX_DEVIATIONS = 100;

export type Repaired =
  | { readonly ok: true; readonly payload: unknown; readonly deviations: readonly Deviation[] }
  | { readonly ok: false; readonly error: OcppError; readonly deviations: readonly Deviation[] };

/**
 * Makes of a payload that violates its schema one that can be worked with: a changed copy, and the list of what was done.
 * @throws NestingError
 */
export function repair(subject: Subject, validator: PayloadValidator, payload: unknown): Repaired {
  return new Repair(subject, validator, copyJson(payload)).run();
}

class Repair {
  private readonly deviations: Deviation[] = [];
  /** `path keyword` of what is handed on although the schema says otherwise. */
  private readonly kept = new Set<string>();
  /** Why something is missing that was there: the error to report if it turns out to be required. */
  private readonly causes = new Map<string, Violation>();

  constructor(
    private readonly subject: Subject,
    private readonly validator: PayloadValidator,
    private readonly payload: unknown,
  ) {}

  run(): Repaired {
    this.dropUnsafeTransactionId();
    for (let round = 0; round < MAX_ROUNDS; round++) {
      this.dropWhatHasNoMeaning();
      const open = this.openViolations();
      if (open.length === 0) return { ok: true, payload: this.payload, deviations: this.deviations };
      for (const refused of this.repairAll(open)) return this.refuse(refused);
    }
    const [left] = this.openViolations();
    return left ? this.refuse(left) : { ok: true, payload: this.payload, deviations: this.deviations };
  }

  private openViolations(): Violation[] {
    if (this.validator(this.payload)) return [];
    return (this.validator.errors ?? [])
      .map((error) => violationOf(error, this.payload))
      .filter((violation) => !this.kept.has(keptKey(violation)));
  }

  /** One change per value and round: a second error about it may be gone by then. Yields what cannot be repaired. */
  private *repairAll(open: readonly Violation[]): Generator<Violation> {
    const touched = new Set<string>();
    const emptied: Array<[array: unknown[], index: number]> = [];
    for (const violation of open.filter(isType).concat(open.filter((other) => !isType(other)))) {
      if (touched.has(violation.path)) continue;
      touched.add(violation.path);
      if (violation.path === '') yield violation;
      const remedy = remedyFor(this.subject, violation);
      switch (remedy.do) {
        case 'keep':
          this.kept.add(keptKey(violation));
          this.record(() => deviationOf(violation, 'kept'));
          break;
        case 'accept':
          this.kept.add(keptKey(violation));
          break;
        case 'set':
          this.set(violation.path, remedy.value);
          this.record(() => ({
            ...deviationOf(violation, remedy.action),
            rule: remedy.rule ?? violation.error.keyword,
          }));
          break;
        case 'drop':
          if (!this.drop(violation, touched, emptied)) yield violation;
          break;
      }
    }
    // From the back, so that the indices of those before stay right.
    for (const [array, index] of emptied.sort(([, a], [, b]) => b - a)) array.splice(index, 1);
  }

  /** A property that is missing cannot be dropped, so the object that lacks it goes. */
  private drop(violation: Violation, touched: Set<string>, emptied: Array<[unknown[], number]>): boolean {
    const path = violation.received === undefined ? violation.error.instancePath : violation.path;
    if (path === '') return false;
    const received = valueAt(this.payload, path);
    const { parent, key } = this.parentOf(path);
    if (path !== violation.path && touched.has(path)) return true;
    touched.add(path);
    if (Array.isArray(parent)) emptied.push([parent, Number(key)]);
    else if (isContainer(parent)) delete (parent as Record<string, unknown>)[key];
    this.causes.set(path, this.causes.get(violation.path) ?? violation);
    this.record(() => deviation(path, violation.error.keyword, received, 'dropped'));
    return true;
  }

  private set(path: string, value: unknown): void {
    const { parent, key } = this.parentOf(path);
    if (isContainer(parent)) (parent as Record<string, unknown>)[key] = value;
  }

  private parentOf(path: string): { parent: unknown; key: string } {
    const keys = keysOf(path);
    return { parent: keys.slice(0, -1).reduce(child, this.payload), key: keys.at(-1) ?? '' };
  }

  private dropWhatHasNoMeaning(): void {
    const payload = this.payload as Record<string, unknown>;
    for (const key of propertiesWithoutMeaning(this.subject, payload)) {
      this.record(() => deviation(pointerTo('', key), 'notAccepted', payload[key], 'dropped'));
      delete payload[key];
    }
  }

  private dropUnsafeTransactionId(): void {
    if (!hasUnsafeTransactionId(this.subject, this.payload)) return;
    const payload = this.payload as { transactionId?: unknown };
    this.record(() => deviation('/transactionId', 'safeInteger', payload.transactionId, 'dropped'));
    delete payload.transactionId;
  }

  private record(found: () => Deviation): void {
    if (this.deviations.length < MAX_DEVIATIONS) this.deviations.push(found());
  }

  private refuse(violation: Violation): Repaired {
    const cause = this.causes.get(violation.path) ?? violation;
    return { ok: false, error: errorOf(cause), deviations: [...this.deviations, deviationOf(cause, 'none')] };
  }
}

function keptKey({ path, error }: Violation): string {
  return `${path} ${error.keyword}`;
}

function isType({ error }: Violation): boolean {
  return error.keyword === 'type';
}
