import type { Traffic } from './traffic';

/** A depot at one moment. */
export interface DepotProgress {
  phase: 'running' | 'ending' | 'ended';
  elapsedS: number;
  chargers: number;
  online: number;
  /** Running sessions. */
  sessions: number;
  /** Session messages that wait for their acknowledgement. */
  owed: number;
  acknowledged: number;
  /** Metered up to the latest samples. */
  energyWh: number;
  /** Messages given up. */
  unacknowledged: number;
}

export interface ActionSummary {
  action: string;
  sent: number;
  acknowledged: number;
  callErrors: number;
  timedOut: number;
  interrupted: number;
  p50Ms: number;
  p90Ms: number;
  p99Ms: number;
  maxMs: number;
}

export interface Count {
  what: string;
  count: number;
}

export interface DepotSummary {
  elapsedS: number;
  chargers: number;
  /** Identities that were never online. */
  neverOnline: string[];
  connects: number;
  disconnects: number;
  sessionsStarted: number;
  sessionsEnded: number;
  tokensRefused: number;
  /** Delivered in all sessions. */
  energyWh: number;
  /** CALLs of the chargers, most frequent first. */
  actions: ActionSummary[];
  /** CALLs of the server, by action. */
  commands: Count[];
  connectFailures: Count[];
  /** CALLERRORs and the like, whether a retry healed them or not. */
  errors: Count[];
  /** Messages that never got their CALLRESULT. */
  unacknowledged: Count[];
  /** Everybody was online and every message was acknowledged. */
  ok: boolean;
}

export interface SummaryInput {
  traffic: Traffic;
  chargers: readonly { chargerId: string; owed: readonly string[]; wasOnline: boolean }[];
  elapsedS: number;
}

export function summarize({ traffic, chargers, elapsedS }: SummaryInput): DepotSummary {
  const unacknowledged = new Map(traffic.unacknowledged);
  for (const action of chargers.flatMap(({ owed }) => owed)) {
    const what = `${action}: still waiting when the run ended`;
    unacknowledged.set(what, (unacknowledged.get(what) ?? 0) + 1);
  }
  const neverOnline = chargers.filter(({ wasOnline }) => !wasOnline).map(({ chargerId }) => chargerId);
  return {
    elapsedS,
    chargers: chargers.length,
    neverOnline,
    connects: traffic.connects,
    disconnects: traffic.disconnects,
    sessionsStarted: traffic.sessionsStarted,
    sessionsEnded: traffic.sessionsEnded,
    tokensRefused: traffic.tokensRefused,
    energyWh: traffic.energyWh,
    actions: actionSummaries(traffic),
    commands: counts(traffic.commands),
    connectFailures: counts(traffic.connectFailures),
    errors: counts(traffic.errors),
    unacknowledged: counts(unacknowledged),
    ok: neverOnline.length === 0 && unacknowledged.size === 0,
  };
}

function actionSummaries({ actions }: Traffic): ActionSummary[] {
  return [...actions]
    .map(([action, { latency, ...counted }]) => ({
      action,
      ...counted,
      p50Ms: latency.percentileMs(0.5),
      p90Ms: latency.percentileMs(0.9),
      p99Ms: latency.percentileMs(0.99),
      maxMs: latency.maxMs,
    }))
    .sort((a, b) => b.sent - a.sent);
}

function counts(map: ReadonlyMap<string, number>): Count[] {
  return [...map].map(([what, count]) => ({ what, count })).sort((a, b) => b.count - a.count);
}
