import type { Reading } from '../charging-curve';

export type ReadingContext = 'Transaction.Begin' | 'Sample.Periodic' | 'Transaction.End' | 'Trigger';

export interface ReadingValue {
  value: number;
  measurand: string;
  unit: 'Wh' | 'W' | 'Percent' | 'V' | 'A';
  phase?: 'L1' | 'L2' | 'L3' | 'L1-N' | 'L2-N' | 'L3-N';
  location: 'Outlet' | 'EV';
}

const LINES = ['L1', 'L2', 'L3'] as const;

/** A reading as the measurands that every version knows by the same names. */
export function readingValues(reading: Reading): ReadingValue[] {
  const perPhase = reading.voltageV.length > 1;
  return [
    { value: reading.registerWh, measurand: 'Energy.Active.Import.Register', unit: 'Wh', location: 'Outlet' },
    { value: reading.powerW, measurand: 'Power.Active.Import', unit: 'W', location: 'Outlet' },
    ...(reading.socPercent === null
      ? []
      : [{ value: reading.socPercent, measurand: 'SoC', unit: 'Percent', location: 'EV' } as const]),
    ...reading.voltageV.map((value, index): ReadingValue => ({
      value,
      measurand: 'Voltage',
      unit: 'V',
      ...(perPhase && { phase: `${LINES[index]!}-N` as const }),
      location: 'Outlet',
    })),
    ...reading.currentA.map((value, index): ReadingValue => ({
      value,
      measurand: 'Current.Import',
      unit: 'A',
      ...(perPhase && { phase: LINES[index]! }),
      location: 'Outlet',
    })),
  ];
}
