import type { Candidacy, EventBus, LeadOptions } from '@chargestream/event-bus';

/** What one core of all does at a time. */
export const ROLES = ['projections', 'publishers', 'commands'] as const;
export type Role = (typeof ROLES)[number];

/** This process's standing for the roles of core. */
export class Roles {
  private readonly candidacies = new Map<Role, Candidacy>();

  constructor(
    private readonly bus: EventBus,
    private readonly onError: (role: Role, error: unknown) => void,
  ) {}

  async stand(role: Role, run: LeadOptions['run']): Promise<void> {
    const onError = (error: unknown) => this.onError(role, error);
    this.candidacies.set(role, await this.bus.lead({ role, run, onError }));
  }

  isLeader(role: Role): boolean {
    return this.candidacies.get(role)?.isLeader() ?? false;
  }

  async close(): Promise<void> {
    await Promise.all([...this.candidacies.values()].map((candidacy) => candidacy.close()));
  }
}
