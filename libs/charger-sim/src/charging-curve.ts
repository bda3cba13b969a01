import type { Random } from './random';

/** What the car and the outlet can do together. */
export interface Vehicle {
  batteryWh: number;
  /** The lower of what car and outlet allow, before the battery limits it. */
  maxPowerW: number;
  current: 'AC' | 'DC';
  phases: 1 | 3;
  /** Share of charge (0..1) from which the battery's voltage is at its limit and the current tapers. */
  kneeSoc: number;
  /** From contactor closed to full power. */
  rampS: number;
  /** Battery Wh gained per metered Wh. */
  efficiency: number;
}

/** One reading of the outlet's meter. */
export interface Reading {
  /** Energy register of the outlet since it was made; never falls. */
  registerWh: number;
  powerW: number;
  /** 0..100; null without a car. */
  socPercent: number | null;
  /** One per phase; a single one for DC. */
  voltageV: number[];
  currentA: number[];
}

const STEP_S = 5;
/** Power at 100 % as a share of the maximum: the end of constant-voltage charging. */
const TAIL = 0.05;

/** A plausible car, from a 7 kW plug-in hybrid to a 150 kW long-distance one. */
export function randomVehicle(random: Random, outlet: { current: 'AC' | 'DC'; maxPowerW: number }): Vehicle {
  if (outlet.current === 'DC') {
    return {
      batteryWh: random.integer(50, 100) * 1000,
      maxPowerW: Math.min(outlet.maxPowerW, random.pick([50_000, 100_000, 150_000])),
      current: 'DC',
      phases: 3,
      kneeSoc: random.between(0.5, 0.7),
      rampS: random.between(20, 60),
      efficiency: 0.96,
    };
  }
  const phases = random.chance(0.75) ? 3 : 1;
  return {
    batteryWh: random.integer(12, 80) * 1000,
    maxPowerW: Math.min(outlet.maxPowerW, phases === 3 ? 11_000 : random.pick([3_680, 7_360])),
    current: 'AC',
    phases,
    kneeSoc: random.between(0.85, 0.95),
    rampS: random.between(5, 15),
    efficiency: 0.9,
  };
}

/**
 * Constant current, then constant voltage: power ramps up, stays on a plateau, and tapers with the state of charge.
 * Pure arithmetic; time is told in simulated seconds.
 */
export class ChargingCurve {
  private elapsedS = 0;
  private soc: number;
  private registerWh: number;
  private limitW = Number.POSITIVE_INFINITY;

  /**
   * @param options.startSoc 0..1
   * @param options.registerWh what the outlet's meter shows before charging
   */
  constructor(
    private readonly vehicle: Vehicle,
    options: { startSoc: number; registerWh: number },
    private readonly random: Random,
  ) {
    this.soc = options.startSoc;
    this.registerWh = options.registerWh;
  }

  /** What a charging profile allows; Infinity takes the limit away. */
  limitPower(limitW: number): void {
    this.limitW = limitW;
  }

  get isFull(): boolean {
    return this.soc >= 0.9999;
  }

  /** Watts drawn at this moment. */
  get powerW(): number {
    if (this.isFull) return 0;
    const { maxPowerW, kneeSoc, rampS } = this.vehicle;
    const ramp = Math.min(1, (this.elapsedS + 1) / rampS);
    const taper = this.soc <= kneeSoc ? 1 : 1 - (1 - TAIL) * ((this.soc - kneeSoc) / (1 - kneeSoc));
    return Math.min(this.limitW, maxPowerW * Math.min(ramp, taper));
  }

  /** Lets `seconds` of simulated time pass. */
  advance(seconds: number): void {
    for (let left = seconds; left > 0; left -= STEP_S) {
      const stepS = Math.min(STEP_S, left);
      const roomWh = ((1 - this.soc) * this.vehicle.batteryWh) / this.vehicle.efficiency;
      const gainedWh = Math.min(roomWh, (this.powerW * stepS) / 3600);
      this.registerWh += gainedWh;
      this.soc = Math.min(1, this.soc + (gainedWh * this.vehicle.efficiency) / this.vehicle.batteryWh);
      this.elapsedS += stepS;
    }
  }

  read(): Reading {
    const powerW = Math.round(this.powerW);
    const socPercent = Math.floor(this.soc * 1000) / 10;
    const registerWh = Math.floor(this.registerWh);
    if (this.vehicle.current === 'DC') {
      // A pack's voltage rises with its charge.
      const voltageV = round1(340 + 60 * this.soc);
      return { registerWh, powerW, socPercent, voltageV: [voltageV], currentA: [round1(powerW / voltageV)] };
    }
    const voltageV = Array.from({ length: this.vehicle.phases }, () => round1(230 + this.random.between(-2, 2)));
    const currentA = voltageV.map((volt) => round1(powerW / this.vehicle.phases / volt));
    return { registerWh, powerW, socPercent, voltageV, currentA };
  }
}

function round1(value: number): number {
  return Math.round(value * 10) / 10;
}
