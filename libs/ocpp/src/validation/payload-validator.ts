/** What a generated validator leaves in its `errors` (the parts of ajv's ErrorObject we use). */
export interface SchemaError {
  /** JSON pointer to the value at fault; for `required` and `additionalProperties`, to the object around it. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A generated function. Keeps the errors of its last call; neither throws nor changes the payload. */
export interface PayloadValidator {
  (payload: unknown): boolean;
  errors?: readonly SchemaError[] | null;
}
