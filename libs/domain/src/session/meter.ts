import type { MeterSample } from '@chargestream/contracts';
import { hasNumber, NO_NUMBERS, rememberNumber, type RecentNumbers } from '../recent-ids';
import { intervalReadings, registerReadings, type Reading } from './readings';

/** What is known of a session's meter. All in Wh; times in milliseconds since the epoch by the charger's clock. */
export interface MeterState {
  readonly startWh: number | null;
  /** Told as the start (meterStart, Transaction.Begin), not merely the first reading that came. */
  readonly startIsTold: boolean;
  readonly startAtMs: number;
  /** Newest believed register reading after the start. */
  readonly latestWh: number | null;
  readonly latestAtMs: number;
  /** Where the register readings are taken; a session does not mix the meters at both ends of a cable. */
  readonly location: string | null;
  /** Most phases a per-phase reading had; one with fewer is a part and says nothing of the total. */
  readonly phases: number;
  readonly periodicIntervalWh: number | null;
  readonly clockIntervalWh: number | null;
  /** 1.6 StopTransaction repeats samples in transactionData: an interval counts once. */
  readonly intervalTimes: RecentNumbers;
}

export const NO_METER: MeterState = {
  startWh: null,
  startIsTold: false,
  startAtMs: Number.NEGATIVE_INFINITY,
  latestWh: null,
  latestAtMs: Number.NEGATIVE_INFINITY,
  location: null,
  phases: 0,
  periodicIntervalWh: null,
  clockIntervalWh: null,
  intervalTimes: NO_NUMBERS,
};

export interface MeterFindings {
  meter: MeterState;
  negative: string[];
  backwards: string[];
  /** Readings that were told before the end of the session, and are from after it. */
  afterEnd: string[];
  /** More than any vehicle can have taken. */
  implausible: string[];
}

/**
 * No charger for vehicles gives more than 3.75 MW (the Megawatt Charging System): whatever tells of more than 10 MW is a
 * glitch of the meter or of the line to it.
 */
const MOST_W = 10_000_000;
/** Clocks are read apart from meters, and may be set on the way. */
const SLACK_H = 1;

/** A register reading that can be one: a number that is not negative. */
export function isMeterReading(valueWh: number | null): valueWh is number {
  return valueWh !== null && Number.isFinite(valueWh) && valueWh >= 0;
}

/** meterStart as the charger told it; what cannot be a reading leaves the start unknown. */
export function withToldStart(meter: MeterState, startWh: number | null, atMs: number): MeterState {
  if (!isMeterReading(startWh)) return meter;
  return { ...meter, startWh, startIsTold: true, startAtMs: atMs };
}

/**
 * Takes samples in. A reading that goes backwards or below zero, or by more than can be, is reported and not
 * believed, so energy never shrinks and is never negative, and one glitch does not stand in the way of what comes after it. `role: 'start'` makes any reading the start's, whatever its context says.
 */
export function takeSamples(
  before: MeterState,
  samples: readonly MeterSample[],
  role: 'start' | 'during',
): MeterFindings {
  const findings: MeterFindings = { meter: before, negative: [], backwards: [], afterEnd: [], implausible: [] };
  if (samples.length === 0) return findings;
  const registers = registerReadings(samples, before.location, before.phases);
  if (registers.readings.length > 0) {
    findings.meter = { ...findings.meter, location: registers.location, phases: registers.phases };
  }
  for (const reading of registers.readings) takeRegister(findings, reading, role);
  for (const reading of intervalReadings(samples)) takeInterval(findings, reading);
  return findings;
}

function takeRegister(findings: MeterFindings, reading: Reading, role: 'start' | 'during'): void {
  const { meter } = findings;
  if (!isMeterReading(reading.valueWh)) {
    findings.negative.push(`${reading.valueWh} Wh at ${reading.timestamp}`);
    return;
  }
  const isStart = role === 'start' || reading.context === 'Transaction.Begin';
  if (isStart) {
    // meterStart of the message itself stands above samples.
    if (!meter.startIsTold) findings.meter = withToldStart(meter, reading.valueWh, reading.atMs);
    return;
  }
  if (meter.startWh === null || (!meter.startIsTold && reading.atMs < meter.startAtMs)) {
    findings.meter = {
      ...meter,
      startWh: reading.valueWh,
      startAtMs: reading.atMs,
      ...(meter.startWh !== null && meter.latestWh === null
        ? { latestWh: meter.startWh, latestAtMs: meter.startAtMs }
        : {}),
    };
    return;
  }
  takeLatest(findings, reading.valueWh, reading.atMs, reading.timestamp);
}

/** meterStop, or a sample: the newest by the charger's clock counts, if it does not go backwards. */
export function takeLatest(findings: MeterFindings, valueWh: number, atMs: number, when: string): void {
  const { meter } = findings;
  const floorAtMs = meter.latestWh === null ? meter.startAtMs : meter.latestAtMs;
  if (atMs < floorAtMs) return;
  const floorWh = meter.latestWh ?? meter.startWh ?? 0;
  if (isRoundingOf(floorWh, valueWh)) {
    findings.meter = { ...meter, latestWh: floorWh, latestAtMs: atMs };
    return;
  }
  if (valueWh < floorWh) {
    findings.backwards.push(`from ${floorWh} Wh to ${valueWh} Wh at ${when}`);
    return;
  }
  if (valueWh - floorWh > mostWh(atMs - floorAtMs)) {
    findings.implausible.push(`from ${floorWh} Wh to ${valueWh} Wh at ${when}`);
    return;
  }
  findings.meter = { ...meter, latestWh: valueWh, latestAtMs: atMs };
}

/** The most energy that a vehicle can take in a time, Wh. Infinite where a time cannot be read. */
function mostWh(durationMs: number): number {
  return MOST_W * (Math.max(0, durationMs) / 3_600_000 + SLACK_H);
}

/**
 * meterStart and meterStop of 1.6 are whole Wh (§6.45, §6.49), samples may have decimals: 249 after 249.08 is the same
 * reading, and no meter that went backwards.
 */
function isRoundingOf(floorWh: number, valueWh: number): boolean {
  const isLess = valueWh < floorWh && floorWh - valueWh < 1;
  return isLess && (Number.isInteger(valueWh) || Number.isInteger(floorWh));
}

function takeInterval(findings: MeterFindings, reading: Reading): void {
  const { meter } = findings;
  if (!isMeterReading(reading.valueWh)) {
    findings.negative.push(`interval of ${reading.valueWh} Wh at ${reading.timestamp}`);
    return;
  }
  if (reading.valueWh > mostWh(0)) {
    findings.implausible.push(`interval of ${reading.valueWh} Wh at ${reading.timestamp}`);
    return;
  }
  // Clock-aligned and periodic samples tell the same energy twice: keep their sums apart. Odd keys for the one, even for the other.
  const isClock = reading.context === 'Sample.Clock';
  const key = reading.atMs * 2 + (isClock ? 1 : 0);
  if (hasNumber(meter.intervalTimes, key)) return;
  findings.meter = {
    ...meter,
    intervalTimes: rememberNumber(meter.intervalTimes, key),
    ...(isClock
      ? { clockIntervalWh: (meter.clockIntervalWh ?? 0) + reading.valueWh }
      : { periodicIntervalWh: (meter.periodicIntervalWh ?? 0) + reading.valueWh }),
  };
}

/** Consumed so far, Wh, never negative; null while it cannot be known. Registers stand above sums of intervals. */
export function energyWhOf(meter: MeterState): number | null {
  if (meter.startWh !== null && meter.latestWh !== null) {
    return Math.max(0, tidy(meter.latestWh - meter.startWh));
  }
  const intervalWh = meter.periodicIntervalWh ?? meter.clockIntervalWh;
  return intervalWh === null ? null : tidy(intervalWh);
}

/** Readings have at most some decimals; subtraction and sums add noise behind them. */
function tidy(wh: number): number {
  return Math.round(wh * 1e4) / 1e4;
}

/** Newest register reading known, Wh. */
export function latestRegisterWh(meter: MeterState): number | null {
  return meter.latestWh ?? meter.startWh;
}

/** The reading a session would end with, Wh: a reading told as its start is none. */
export function stopRegisterWh(meter: MeterState): number | null {
  return meter.latestWh ?? (meter.startIsTold ? null : meter.startWh);
}
