import type { ProtocolVersion, RegistrationStatus, Vendors } from '@chargestream/contracts';
import { createLogger } from '@chargestream/service-kit';
import { ConnectionMemory } from '../handlers/connection-memory';
import { hashOfCall, type Handled, type HandlerContext } from '../handlers/handler';
import { handlerFor } from '../handlers/registry';
import { ActiveTokens } from '../tables/active-tokens';
import type { TokenDecision } from '../tables/token-authority';
import { VendorDesk } from '../vendors/vendor-desk';
import { MemoryTable } from './memory-table';

export const NOW = '2026-06-01T12:00:00.000Z';
export const NOW_MS = Date.parse(NOW);

export interface Scenario {
  version: ProtocolVersion;
  registration?: RegistrationStatus;
  tokens?: Record<string, Partial<TokenDecision>>;
  activeTokens?: ActiveTokens;
  memory?: ConnectionMemory;
  epoch?: number;
  receivedAtMs?: number;
  vendors?: Vendors;
}

export function contextOf(scenario: Scenario): HandlerContext {
  const receivedAtMs = scenario.receivedAtMs ?? NOW_MS;
  const unknown: TokenDecision = {
    status: 'Invalid',
    groupId: null,
    type: null,
    cacheExpiresAt: null,
    concurrency: 'ALLOW',
  };
  return {
    connection: {
      tenantId: 'default',
      chargerId: 'CP1',
      connectionId: 'connection-1',
      epoch: scenario.epoch ?? 7,
      version: scenario.version,
    },
    memory: scenario.memory ?? new ConnectionMemory(),
    registration: scenario.registration ?? 'ACCEPTED',
    tokens: { authorize: (_tenant, idToken) => ({ ...unknown, ...scenario.tokens?.[idToken] }) },
    activeTokens: scenario.activeTokens ?? new ActiveTokens(new MemoryTable()),
    vendors: new VendorDesk(
      new Map(Object.entries(scenario.vendors ?? {})),
      1_000,
      createLogger({ logLevel: 'silent' }),
    ),
    heartbeatIntervalS: 300,
    bootRetryIntervalS: 60,
    signsCertificates: true,
    clockTolerance: { behindS: 30 * 86_400, aheadS: 300 },
    receivedAtMs,
    receivedAt: new Date(receivedAtMs).toISOString(),
  };
}

/** Runs the registered handler of a CALL with this payload. */
export function handleCall(scenario: Scenario, action: string, payload: object, messageId = 'm1'): Handled {
  const handler = handlerFor(scenario.version, action);
  if (!handler) throw new Error(`no handler for ${action}`);
  const text = JSON.stringify([2, messageId, action, payload]);
  const message = { messageId, payload: payload as never, hash: () => hashOfCall(text, messageId, payload) };
  const handled = handler(contextOf(scenario), message);
  if (handled instanceof Promise) throw new Error(`the handler of ${action} takes its time`);
  return handled;
}
