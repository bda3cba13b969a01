import type { Random } from '../random';
import type { Fault, FaultOrder } from './fault';

interface Standing {
  order: FaultOrder;
  left: number;
}

/** The faults ordered of one charger. An order for an action comes before one for '*', an older one before a newer. */
export class Faults {
  /** How far the charger's clock is off, ms; its timestamps show it. */
  clockOffsetMs = 0;
  private readonly standing: Standing[] = [];

  constructor(
    private readonly random: Pick<Random, 'chance'>,
    orders: readonly FaultOrder[] = [],
  ) {
    orders.forEach((order) => this.order(order));
  }

  /** @returns takes the order back */
  order(order: FaultOrder): () => void {
    const standing = { order, left: order.times ?? Number.POSITIVE_INFINITY };
    this.standing.push(standing);
    return () => {
      standing.left = 0;
    };
  }

  /** What goes wrong this time, if anything. */
  strike(action: string): Fault | null {
    const live = this.standing.filter(({ left }) => left > 0);
    this.standing.splice(0, this.standing.length, ...live);
    const fits = [
      ...live.filter(({ order }) => order.action === action),
      ...live.filter(({ order }) => order.action === '*'),
    ];
    for (const standing of fits) {
      const { chance = 1 } = standing.order;
      if (chance < 1 && !this.random.chance(chance)) continue;
      standing.left--;
      return standing.order;
    }
    return null;
  }
}
