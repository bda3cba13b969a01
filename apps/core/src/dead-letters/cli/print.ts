import { redact, redactText } from '@chargestream/redaction';
import type { Letter } from '../letter';
import { whose } from './letters';

/** One line of JSON for programs; the content is left out, `show --json` has it. */
export function letterJson({ id, record, reason, error, parkedAt, attempt }: Letter) {
  const { topic, partition, offset, key, headers, value } = record;
  return {
    id,
    key,
    ...whose(key),
    topic,
    partition,
    offset,
    type: headers.ce_type ?? null,
    eventId: headers.ce_id ?? null,
    reason,
    error: shortened(redactText(error), 2_000),
    parkedAt,
    replayed: attempt !== null,
    bytes: value?.length ?? 0,
  };
}

const COLUMNS = ['ID', 'REASON', 'TYPE', 'AGE', 'ERROR'];

export function letterTable(letters: readonly Letter[], nowMs: number): string {
  const rows = letters.map((letter) => [
    letter.id,
    letter.reason,
    letter.record.headers.ce_type ?? '-',
    age(nowMs - Date.parse(letter.parkedAt)),
    letter.reason === 'behind' ? '' : shortened(redactText(letter.error), 80),
  ]);
  const lines = [COLUMNS, ...rows].map((row) => row.map(printable));
  const widths = COLUMNS.map((_, column) => Math.max(...lines.map((row) => row[column]!.length)));
  return lines
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** A letter for people: what happened to it, and what it says, without secrets. */
export function letterText(letter: Letter, behind: number, nowMs: number): string {
  const { record, reason, error, parkedAt, attempt } = letter;
  const facts: [string, string][] = [
    ['id', letter.id],
    ['from', `${record.topic}, partition ${record.partition}, offset ${record.offset}`],
    ['key', record.key],
    ['parked', `${parkedAt} (${age(nowMs - Date.parse(parkedAt))} ago)`],
    ['reason', reason === 'poison' ? 'poison: it cannot be handled' : 'behind: it waits'],
    ['error', redactText(error)],
    ['replayed', attempt === null ? 'no' : 'yes, and it came back'],
    ...(behind > 0 ? [['behind it', `${behind} more of the same charger`] as [string, string]] : []),
  ];
  const headers = Object.entries(record.headers).map(([name, value]) => `  ${name}: ${redactText(value)}`);
  return [
    ...facts.map(([name, value]) => `${name.padEnd(10)}${value}`),
    'headers',
    ...headers,
    'content',
    ...contentText(record.value).split('\n'),
  ]
    .map(printable)
    .join('\n');
}

/** Of a letter's bytes what can be read, without secrets: parsed when it is JSON, else as text. */
export function content(value: Buffer | null): unknown {
  if (value === null) return null;
  const text = value.toString('utf8');
  try {
    return redact(JSON.parse(text));
  } catch {
    return { notJson: redactText(text), bytes: value.length };
  }
}

function contentText(value: Buffer | null): string {
  if (value === null) return '(the record has no value)';
  const text = value.toString('utf8');
  try {
    return JSON.stringify(redact(JSON.parse(text)), null, 2);
  } catch {
    return `${redactText(text)}\n(not JSON; ${value.length} bytes)`;
  }
}

export function age(ms: number): string {
  if (Number.isNaN(ms)) return '?';
  const s = Math.max(0, Math.floor(ms / 1_000));
  if (s < 60) return `${s}s`;
  if (s < 3_600) return `${Math.floor(s / 60)}m`;
  return s < 86_400 ? `${Math.floor(s / 3_600)}h` : `${Math.floor(s / 86_400)}d`;
}

function shortened(text: string, length: number): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}

/** Chargers write what is shown here: no control characters reach the terminal. */
function printable(text: string): string {
  return text.replaceAll(/\p{C}/gu, '\uFFFD');
}
