import type { ChargingProfile, ChargingSchedule, InstalledProfile } from './charging-profile';

/** What a composite schedule is asked for. Times are milliseconds since 1970 UTC. */
export interface ScheduleQuestion {
  profiles: readonly InstalledProfile[];
  /** 0 is the whole charger: only ChargePointMaxProfiles count. */
  connectorId: number;
  startMs: number;
  durationS: number;
  unit: 'A' | 'W';
  /** Null without one: then it is as if one began at `startMs`, and no TxProfile counts. */
  transaction: { startedMs: number; transactionId: number | null } | null;
  /** What the hardware gives when no profile limits it. */
  maximumW: number;
}

export interface CompositePeriod {
  startPeriod: number;
  limit: number;
}

const VOLTAGE_V = 230;
const DEFAULT_PHASES = 3;
const RECURRENCE_S = { Daily: 86_400, Weekly: 604_800 } as const;
/** A recurring schedule of a second would make a list without end. */
const MAX_PERIODS = 1_000;

/**
 * 1.6 §3.13.3: at every moment the lowest of the valid ChargePointMaxProfile and the valid TxProfile, or TxDefaultProfile
 * where no TxProfile is valid; among those of one purpose the highest stackLevel that is valid then (§3.13.2).
 */
export function compositeSchedule(question: ScheduleQuestion): CompositePeriod[] {
  const { startMs, durationS } = question;
  const endMs = startMs + durationS * 1000;
  const moments = new Set([startMs]);
  for (const { profile } of question.profiles) {
    for (const moment of momentsOf(profile, question, endMs))
      if (moment > startMs && moment < endMs) moments.add(moment);
  }
  const periods: CompositePeriod[] = [];
  for (const atMs of [...moments].sort((a, b) => a - b)) {
    const limit = inUnit(limitAt(question, atMs), question.unit);
    if (periods.at(-1)?.limit === limit) continue;
    periods.push({ startPeriod: Math.round((atMs - startMs) / 1000), limit });
    if (periods.length === MAX_PERIODS) break;
  }
  return periods;
}

/** The composite limit at one moment, W. */
export function limitAt(question: ScheduleQuestion, atMs: number): number {
  const { connectorId, maximumW, transaction } = question;
  const limits = [maximumW];
  const cap = prevailing(question, atMs, ({ profile, connectorId: at }) => {
    return profile.chargingProfilePurpose === 'ChargePointMaxProfile' && at === 0;
  });
  if (cap !== null) limits.push(cap);
  if (connectorId !== 0) {
    const ofTransaction = prevailing(question, atMs, ({ profile, connectorId: at }) => {
      if (profile.chargingProfilePurpose !== 'TxProfile' || at !== connectorId || transaction === null) return false;
      return profile.transactionId === undefined || profile.transactionId === transaction.transactionId;
    });
    const ofDefault = prevailing(question, atMs, ({ profile, connectorId: at }) => {
      return profile.chargingProfilePurpose === 'TxDefaultProfile' && (at === 0 || at === connectorId);
    });
    const own = ofTransaction ?? ofDefault;
    if (own !== null) limits.push(own);
  }
  return Math.min(...limits);
}

/** The limit of the highest stackLevel that is valid, W; at the same level a connector's own comes before connector 0's. */
function prevailing(
  question: ScheduleQuestion,
  atMs: number,
  counts: (installed: InstalledProfile) => boolean,
): number | null {
  const candidates = question.profiles
    .filter(counts)
    .sort((a, b) => b.profile.stackLevel - a.profile.stackLevel || b.connectorId - a.connectorId);
  for (const { profile } of candidates) {
    const limit = limitOf(profile, question, atMs);
    if (limit !== null) return limit;
  }
  return null;
}

/** W; null when the profile says nothing about this moment. */
function limitOf(profile: ChargingProfile, question: ScheduleQuestion, atMs: number): number | null {
  if (profile.validFrom !== undefined && atMs < Date.parse(profile.validFrom)) return null;
  if (profile.validTo !== undefined && atMs >= Date.parse(profile.validTo)) return null;
  const beganMs = startOf(profile, question, atMs);
  if (beganMs === null || atMs < beganMs) return null;
  const offsetS = (atMs - beganMs) / 1000;
  const { duration, chargingSchedulePeriod, chargingRateUnit } = profile.chargingSchedule;
  if (duration !== undefined && offsetS >= duration) return null;
  const period = sorted(chargingSchedulePeriod).findLast(({ startPeriod }) => startPeriod <= offsetS);
  if (!period) return null;
  return chargingRateUnit === 'W' ? period.limit : period.limit * VOLTAGE_V * (period.numberPhases ?? DEFAULT_PHASES);
}

/** When the schedule that covers this moment began; null before a recurring one begins at all. */
function startOf(profile: ChargingProfile, { transaction, startMs }: ScheduleQuestion, atMs: number): number | null {
  const { startSchedule } = profile.chargingSchedule;
  const chargingMs = transaction?.startedMs ?? startMs;
  // 1.6 §7.13 startSchedule: without it the schedule is relative to the start of charging.
  if (profile.chargingProfileKind === 'Relative' || startSchedule === undefined) return chargingMs;
  const firstMs = Date.parse(startSchedule);
  if (profile.chargingProfileKind === 'Absolute') return firstMs;
  if (atMs < firstMs) return null;
  const everyMs = RECURRENCE_S[profile.recurrencyKind ?? 'Daily'] * 1000;
  return firstMs + Math.floor((atMs - firstMs) / everyMs) * everyMs;
}

/** Every moment at which the profile's word may change, from the one that covers the question's start on. */
function* momentsOf(profile: ChargingProfile, question: ScheduleQuestion, endMs: number): Generator<number> {
  const { chargingSchedule, validFrom, validTo, chargingProfileKind, recurrencyKind } = profile;
  if (validFrom !== undefined) yield Date.parse(validFrom);
  if (validTo !== undefined) yield Date.parse(validTo);
  const isRecurring = chargingProfileKind === 'Recurring' && chargingSchedule.startSchedule !== undefined;
  if (!isRecurring) {
    const beganMs = startOf(profile, question, question.startMs);
    if (beganMs !== null) yield* changesFrom(chargingSchedule, beganMs);
    return;
  }
  const everyMs = RECURRENCE_S[recurrencyKind ?? 'Daily'] * 1000;
  const firstMs = Date.parse(chargingSchedule.startSchedule!);
  const beganMs = startOf(profile, question, question.startMs) ?? firstMs;
  for (let atMs = beganMs; atMs < endMs; atMs += everyMs) yield* changesFrom(chargingSchedule, atMs);
}

function* changesFrom({ chargingSchedulePeriod, duration }: ChargingSchedule, beganMs: number): Generator<number> {
  for (const { startPeriod } of chargingSchedulePeriod) yield beganMs + startPeriod * 1000;
  if (duration !== undefined) yield beganMs + duration * 1000;
}

function sorted<T extends { startPeriod: number }>(periods: readonly T[]): T[] {
  return [...periods].sort((a, b) => a.startPeriod - b.startPeriod);
}

/** 1.6 §7.14: limits have at most one digit behind the point. */
function inUnit(limitW: number, unit: 'A' | 'W'): number {
  return Math.floor((unit === 'W' ? limitW : limitW / (VOLTAGE_V * DEFAULT_PHASES)) * 10 + 1e-6) / 10;
}
