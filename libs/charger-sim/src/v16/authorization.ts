import type { Configuration } from '../commands/configuration';
import { isValidAt } from './id-tag-info';
import type { AuthorizationCache } from './authorization-cache';
import type { LocalList } from './local-list';

export interface KnownTokens {
  configuration: Configuration;
  cache: AuthorizationCache;
  localList: LocalList;
  nowMs: number;
}

/** What the charger knows of a token by itself: the local list comes before the cache (1.6 §3.5.3). */
export function knownToken({ configuration, cache, localList }: Omit<KnownTokens, 'nowMs'>, idTag: string) {
  const listed = configuration.flag('LocalAuthListEnabled') ? localList.get(idTag) : undefined;
  return listed ?? (configuration.flag('AuthorizationCacheEnabled') ? cache.get(idTag) : undefined);
}

/** 1.6 §3.5.4 LocalPreAuthorize: whether a driver may start before the server was asked. */
export function isPreAuthorized(known: KnownTokens, idTag: string): boolean {
  return known.configuration.flag('LocalPreAuthorize') && isValidAt(knownToken(known, idTag), known.nowMs);
}

/** 1.6 §3.5.4: LocalAuthorizeOffline for tokens that are known, AllowOfflineTxForUnknownId for those that are not. */
export function isAuthorizedOffline(known: KnownTokens, idTag: string): boolean {
  const { configuration, nowMs } = known;
  const info = knownToken(known, idTag);
  if (info === undefined) return configuration.flag('AllowOfflineTxForUnknownId');
  return configuration.flag('LocalAuthorizeOffline') && isValidAt(info, nowMs);
}
