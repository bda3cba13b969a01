/** Another process has projected further than this one knows: begin again from the stored checkpoint. */
export class CheckpointMovedError extends Error {
  constructor(
    readonly expected: string | null,
    readonly actual: string | null,
  ) {
    super(
      `The read model is at ${actual ?? 'its beginning'}, not at ${expected ?? 'its beginning'}: another process projects.`,
    );
    this.name = 'CheckpointMovedError';
  }
}

/** The database of the read model does not answer. What was asked may be asked again. */
export class ReadModelUnavailableError extends Error {
  constructor(options: { cause: unknown }) {
    super(`The read model does not answer: ${reasonOf(options.cause)}`, options);
    this.name = 'ReadModelUnavailableError';
  }
}

/** A name with several addresses fails with an error for each, and an empty sentence of its own. */
function reasonOf(cause: unknown): string {
  const { message, errors } = (cause ?? {}) as { message?: unknown; errors?: unknown };
  if (message === '' && Array.isArray(errors)) return errors.map(reasonOf).join('; ');
  return typeof message === 'string' ? message : String(cause);
}

/** The tables were made by a newer version of this program. */
export class NewerSchemaError extends Error {
  constructor(unknown: string) {
    super(
      `The read model was migrated by a newer version, which has "${unknown}": run that version, or rebuild the read model in an empty database.`,
    );
    this.name = 'NewerSchemaError';
  }
}
