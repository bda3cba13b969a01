import { FAULT_KINDS, type FaultOrder } from './fault';

const SHAPE =
  /^(?<action>\*|[A-Za-z]+)=(?<kind>[a-z]+)(?::(?<detail>\w+))?(?:@(?<chance>[\d.]+))?(?:\/(?<times>\d+))?$/;

/**
 * Reads `ACTION=KIND[:DETAIL][@CHANCE][/TIMES]`, e.g. `Reset=ignore`, `*=late:5000@0.1`, `UnlockConnector=refuse:NotSupported`,
 * `StopTransaction=repeat/3`. The detail of late is in milliseconds, that of drop is `doing`.
 * @throws RangeError with what to write instead
 */
export function parseFault(text: string): FaultOrder {
  const { action, kind, detail, chance, times } = SHAPE.exec(text)?.groups ?? {};
  const wanted = `a fault is ACTION=KIND[:DETAIL][@CHANCE][/TIMES] with a kind of ${FAULT_KINDS.join(', ')}, e.g. Reset=ignore`;
  if (!action || !kind) throw new RangeError(`${wanted}; not "${text}"`);
  const when = {
    action,
    ...(chance !== undefined && { chance: Number(chance) }),
    ...(times !== undefined && { times: Number(times) }),
  };
  if (when.chance !== undefined && !(when.chance >= 0 && when.chance <= 1)) {
    throw new RangeError(`The chance of a fault is from 0 to 1, e.g. Reset=ignore@0.5; not "${text}"`);
  }
  switch (kind) {
    case 'ignore':
    case 'bad':
    case 'repeat':
      return { ...when, kind };
    case 'drop':
      return { ...when, kind, ...(detail === 'doing' && { doing: true }) };
    case 'late':
      if (!detail || !/^\d+$/.test(detail))
        throw new RangeError(`Write after how many milliseconds, e.g. ${action}=late:5000`);
      return { ...when, kind, delayMs: Number(detail) };
    case 'refuse': {
      if (detail === undefined) return { ...when, kind };
      const code = (['InternalError', 'NotImplemented', 'NotSupported', 'GenericError'] as const).find(
        (known) => known === detail,
      );
      if (!code)
        throw new RangeError(
          `A refusal's code is InternalError, NotImplemented, NotSupported or GenericError; not "${detail}"`,
        );
      return { ...when, kind, code };
    }
    default:
      throw new RangeError(`${wanted}; not "${text}"`);
  }
}
