import type { MeterSample } from '@chargestream/contracts';
import { shifted, toBaseUnit } from './numbers';
import { utc } from './timestamps';

/** What this needs of the 2.0.1 and 2.1 MeterValueType; enums are text, because unknown ones are kept. */
export interface MeterValue2 {
  timestamp: string;
  sampledValue: readonly {
    value: number;
    context?: string;
    measurand?: string;
    phase?: string;
    location?: string;
    signedMeterValue?: { signedMeterData: string };
    unitOfMeasure?: { unit?: string; multiplier?: number };
  }[];
}

/** 2.0.1 part 2, SampledValueType: absent fields mean these. */
const DEFAULT_MEASURAND = 'Energy.Active.Import.Register';
const DEFAULT_CONTEXT = 'Sample.Periodic';
const DEFAULT_LOCATION = 'Outlet';

/** @param receivedAt stands in for a timestamp that cannot be read. */
export function samplesOf2(meterValues: readonly MeterValue2[] | undefined, receivedAt: string): MeterSample[] {
  return (meterValues ?? []).flatMap(({ timestamp, sampledValue }) => {
    const at = utc(timestamp) ?? receivedAt;
    return sampledValue.map((sampled) => sampleOf(sampled, at));
  });
}

function sampleOf(sampled: MeterValue2['sampledValue'][number], timestamp: string): MeterSample {
  const measurand = sampled.measurand ?? DEFAULT_MEASURAND;
  // UnitOfMeasureType: the unit defaults to Wh if the (default) measurand is an Energy type, the multiplier to 0.
  const written = sampled.unitOfMeasure?.unit ?? (measurand.startsWith('Energy') ? 'Wh' : null);
  const base = written === null ? { unit: null, exponent: 0 } : toBaseUnit(written);
  const exponent = base.exponent + (sampled.unitOfMeasure?.multiplier ?? 0);
  return {
    timestamp,
    measurand,
    value: typeof sampled.value === 'number' ? shifted(sampled.value, exponent) : null,
    unit: base.unit,
    phase: sampled.phase ?? null,
    location: sampled.location ?? DEFAULT_LOCATION,
    context: sampled.context ?? DEFAULT_CONTEXT,
    ...(sampled.signedMeterValue ? { raw: sampled.signedMeterValue.signedMeterData } : {}),
  };
}
