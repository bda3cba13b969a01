interface Part {
  close(): Promise<void>;
}

/** What a service has opened: later parts use earlier ones, so they are closed in the opposite order. */
export class Opened {
  private readonly parts: Part[] = [];

  add<Opening extends Part>(part: Opening): Opening {
    this.parts.push(part);
    return part;
  }

  /** Closes everything, also when one of them fails to close. @throws the first failure, at the end. */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (const part of this.parts.splice(0).reverse()) {
      await part.close().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }
}

/** Runs `start` with a list of what it opens; when it fails, that is closed again before the failure is passed on. */
export async function startWith<Running>(start: (opened: Opened) => Promise<Running>): Promise<Running & Part> {
  const opened = new Opened();
  try {
    return { ...(await start(opened)), close: () => opened.close() };
  } catch (error) {
    await opened.close().catch(() => undefined); // what went wrong first is what is told
    throw error;
  }
}
