import type { IdTagInfo } from './id-tag-info';

/** 1.6 §3.5.1: what the server last said about each token, oldest first out. */
export class AuthorizationCache {
  private readonly entries = new Map<string, IdTagInfo>();

  constructor(private readonly maxEntries = 1_000) {}

  get size(): number {
    return this.entries.size;
  }

  get(idTag: string): IdTagInfo | undefined {
    return this.entries.get(idTag);
  }

  put(idTag: string, info: IdTagInfo): void {
    this.entries.delete(idTag);
    this.entries.set(idTag, info);
    const [oldest] = this.entries.keys();
    if (this.entries.size > this.maxEntries && oldest !== undefined) this.entries.delete(oldest);
  }

  clear(): void {
    this.entries.clear();
  }
}
