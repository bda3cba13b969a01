/** Right-aligned columns but for the first, two spaces between them. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    widths
      .map((width, column) => (column === 0 ? (cells[0] ?? '').padEnd(width) : (cells[column] ?? '').padStart(width)))
      .join('  ')
      .trimEnd();
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** With thousands separated: `82,600`. A dash for what was not measured. */
export function whole(value: number | null): string {
  return value === null ? '–' : Math.round(value).toLocaleString('en-US');
}

export function fixed(value: number | null, digits: number): string {
  return value === null ? '–' : value.toFixed(digits);
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** `met` or `not met`, with nothing to soften it. */
export function verdict(met: boolean): 'met' | 'not met' {
  return met ? 'met' : 'not met';
}
