import type { MeterSample } from '@chargestream/contracts';
import { decimal, shifted, toBaseUnit } from './numbers';
import { utc } from './timestamps';

/** What this needs of the 1.6 MeterValue type; enums are text, because unknown ones are kept. */
export interface MeterValue16 {
  timestamp: string;
  sampledValue: readonly {
    value: string;
    context?: string;
    format?: string;
    measurand?: string;
    phase?: string;
    location?: string;
    unit?: string;
  }[];
}

/** 1.6 §7.43: absent fields mean these. */
const DEFAULT_MEASURAND = 'Energy.Active.Import.Register';
const DEFAULT_CONTEXT = 'Sample.Periodic';
const DEFAULT_LOCATION = 'Outlet';

/** @param receivedAt stands in for a timestamp that cannot be read. */
export function samplesOf16(meterValues: readonly MeterValue16[] | undefined, receivedAt: string): MeterSample[] {
  return (meterValues ?? []).flatMap(({ timestamp, sampledValue }) => {
    const at = utc(timestamp) ?? receivedAt;
    return sampledValue.map((sampled) => sampleOf(sampled, at));
  });
}

function sampleOf(sampled: MeterValue16['sampledValue'][number], timestamp: string): MeterSample {
  const measurand = sampled.measurand ?? DEFAULT_MEASURAND;
  // 1.6 §7.43: the unit defaults to Wh if the (default) measurand is an Energy type.
  const written = sampled.unit ?? (measurand.startsWith('Energy') ? 'Wh' : null);
  const base = written === null ? { unit: null, exponent: 0 } : toBaseUnit(written);
  const number = sampled.format === 'SignedData' ? null : decimal(sampled.value);
  const value = number === null ? null : shifted(number, base.exponent);
  return {
    timestamp,
    measurand,
    value,
    unit: base.unit,
    phase: sampled.phase ?? null,
    location: sampled.location ?? DEFAULT_LOCATION,
    context: sampled.context ?? DEFAULT_CONTEXT,
    ...(value === null && sampled.value !== '' ? { raw: sampled.value } : {}),
  };
}
