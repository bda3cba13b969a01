/** Splits a JSON pointer (RFC 6901) into unescaped keys. */
export function keysOf(pointer: string): string[] {
  if (pointer === '') return [];
  const keys = pointer.slice(1).split('/');
  return pointer.includes('~') ? keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~')) : keys;
}

export function pointerTo(parent: string, key: string): string {
  return `${parent}/${/[~/]/.test(key) ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key}`;
}

export type Container = Record<string, unknown> | unknown[];

export function isContainer(value: unknown): value is Container {
  return value !== null && typeof value === 'object';
}

/** Own properties only, so that a pointer to `/__proto__` leads nowhere. */
export function child(value: unknown, key: string): unknown {
  return isContainer(value) && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

export function valueAt(root: unknown, pointer: string): unknown {
  return keysOf(pointer).reduce(child, root);
}
