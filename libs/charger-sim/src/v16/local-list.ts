import type { IdTagInfo } from './id-tag-info';

export interface LocalListEntry {
  idTag: string;
  /** Absent in a Differential: the entry is removed. */
  idTagInfo?: IdTagInfo;
}

export interface LocalListUpdate {
  listVersion: number;
  updateType: 'Full' | 'Differential';
  localAuthorizationList?: readonly LocalListEntry[];
}

export type LocalListStatus = 'Accepted' | 'Failed' | 'VersionMismatch';

/** 1.6 §3.5.2: the Local Authorization List. */
export class LocalList {
  private entries = new Map<string, IdTagInfo>();
  private lastVersion = 0;

  /** 1.6 §5.10: 0 says that the list is empty. */
  get version(): number {
    return this.entries.size === 0 ? 0 : this.lastVersion;
  }

  get size(): number {
    return this.entries.size;
  }

  get(idTag: string): IdTagInfo | undefined {
    return this.entries.get(idTag);
  }

  /** 1.6 §5.15. Nothing changes unless it is Accepted. */
  update(update: LocalListUpdate, limits: { maxEntries: number; maxSent: number }): LocalListStatus {
    const { listVersion, updateType, localAuthorizationList: sent = [] } = update;
    if (listVersion <= 0 || sent.length > limits.maxSent) return 'Failed';
    // 1.6 §5.15: no idTag may be in one request twice.
    if (new Set(sent.map(({ idTag }) => idTag)).size !== sent.length) return 'Failed';
    // A Differential that is not newer than what is here is no change of it.
    if (updateType === 'Differential' && listVersion <= this.lastVersion) return 'VersionMismatch';
    const next = new Map(updateType === 'Full' ? [] : this.entries);
    for (const { idTag, idTagInfo } of sent) {
      // 1.6 §7.2 AuthorizationData: required in a Full update.
      if (!idTagInfo && updateType === 'Full') return 'Failed';
      if (idTagInfo) next.set(idTag, idTagInfo);
      else next.delete(idTag);
    }
    if (next.size > limits.maxEntries) return 'Failed';
    this.entries = next;
    this.lastVersion = listVersion;
    return 'Accepted';
  }
}
