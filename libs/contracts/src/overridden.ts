/** The same object with some of its methods replaced; private fields included, and no class is needed for it. */
export function overridden<Target>(target: Target & object, overrides: Record<string, unknown>): Target {
  const bound = new Map<string | symbol, unknown>();
  return new Proxy(target, {
    get(inner, name) {
      if (typeof name === 'string' && Object.hasOwn(overrides, name)) return overrides[name];
      const known = bound.get(name);
      if (known) return known;
      const value: unknown = Reflect.get(inner, name, inner);
      if (typeof value !== 'function') return value;
      const method: unknown = value.bind(inner);
      bound.set(name, method);
      return method;
    },
  });
}
