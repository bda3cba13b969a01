/** Powers of ten of the prefixed units that chargers send, and the base unit each becomes. */
const PREFIXED: Record<string, { unit: string; exponent: number }> = {
  kWh: { unit: 'Wh', exponent: 3 },
  kvarh: { unit: 'varh', exponent: 3 },
  kW: { unit: 'W', exponent: 3 },
  kVA: { unit: 'VA', exponent: 3 },
  kvar: { unit: 'var', exponent: 3 },
};

/** Other spellings seen in the field; 1.6 first edition itself wrote `Celcius`. */
const ALIASES: Record<string, string> = { Hz: 'Hertz', Celcius: 'Celsius', '%': 'Percent' };

export interface BaseUnit {
  unit: string;
  /** The value times ten to this power is in `unit`. */
  exponent: number;
}

export function toBaseUnit(unit: string): BaseUnit {
  return (Object.hasOwn(PREFIXED, unit) && PREFIXED[unit]) || { unit: aliasOf(unit), exponent: 0 };
}

function aliasOf(unit: string): string {
  return (Object.hasOwn(ALIASES, unit) && ALIASES[unit]) || unit;
}

/** Shifts the decimal point in text, so that 12.345 kWh is 12345 Wh and not 12345.000000000002. */
export function shifted(value: number, exponent: number): number | null {
  const text = String(value);
  const result = exponent === 0 ? value : text.includes('e') ? value * 10 ** exponent : Number(`${text}e${exponent}`);
  return Number.isFinite(result) ? result : null;
}

/** A decimal number as OCPP writes it. Null for empty text, hexadecimal, `NaN`, and everything else that is none. */
export function decimal(text: string): number | null {
  const trimmed = text.trim();
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return null;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : null;
}
