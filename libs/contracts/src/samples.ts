/**
 * One sampled value, normalised by connect: OCPP 1.6 strings become numbers, kWh becomes Wh, defaults are filled in.
 * What could not be read as a number keeps only `raw`.
 */
export interface MeterSample {
  /** ISO 8601 UTC by the charger's clock. */
  timestamp: string;
  /** As OCPP spells it, e.g. `Energy.Active.Import.Register`, `Power.Active.Import`, `SoC`. */
  measurand: string;
  /** In `unit`; null when it was empty or not a number (never 0 for a missing value). */
  value: number | null;
  /** Base unit after normalising: `Wh`, `W`, `A`, `V`, `Percent`, `Celsius`, `Hertz`…; null when unknown. */
  unit: string | null;
  /** `L1`, `L2`, `L3`, `N`, `L1-N`…; null for the sum of all phases. */
  phase: string | null;
  /** `Outlet`, `Inlet`, `Body`, `EV`, `Cable`…; null when not known. */
  location: string | null;
  /** `Sample.Periodic`, `Transaction.Begin`, `Transaction.End`…; null when not known. */
  context: string | null;
  /** The value as the charger wrote it, when `value` does not say it all (signed data, non-numbers). */
  raw?: string;
}

/** An idToken as presented. `type` is null on 1.6, which has none. */
export interface PresentedToken {
  /** As presented; OCPP compares without regard to case. */
  idToken: string;
  /** 2.x IdTokenEnumType; null on 1.6. */
  type: string | null;
}
