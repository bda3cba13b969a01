import type { LocalListEntry, LocalListUpdateType } from '@chargestream/contracts';
import type { ReadModel, TokenRow } from '@chargestream/read-model';
import { ApiError, badInput } from '../errors/api-error';

interface Wanted {
  updateType: LocalListUpdateType;
  tokens?: string[] | null;
  entries?: Partial<LocalListEntry>[] | null;
  remove: string[];
}

/** Whom the list is for, and how much of it may be sent. */
export interface ListTerms {
  tenantId: string;
  nowMs: number;
  /** 1.6 chargers take no idTokens longer than 20 characters (§7.28); null: any. */
  maxLength: number | null;
  maxEntries: number;
}

type Queries = ReadModel['queries'];
const PAGE = 500;

/** The entries to send. @throws ApiError BAD_INPUT, or NOT_FOUND for a token that is not known here */
export async function localListContent(queries: Queries, wanted: Wanted, terms: ListTerms): Promise<LocalListEntry[]> {
  const { updateType, tokens = null, entries = null, remove } = wanted;
  if (updateType === 'FULL' && remove.length > 0) {
    throw badInput('remove', 'updateType', 'A full list has no tokens to remove: leave them out of it.');
  }
  const all = updateType === 'FULL' && tokens === null && entries === null;
  const content = all
    ? await allThatMayCharge(queries, terms)
    : [
        ...(await Promise.all((tokens ?? []).map((idToken) => storedEntry(queries, terms.tenantId, idToken)))),
        ...(entries ?? []).map(writtenOut),
        ...remove.map((idToken) => writtenOut({ idToken, status: null })),
      ];
  if (content.length > terms.maxEntries) throw tooMany(terms);
  refuseRepeated(content);
  return content;
}

/** Tokens that no charger of the version can hold are left out. */
async function allThatMayCharge(queries: Queries, terms: ListTerms): Promise<LocalListEntry[]> {
  const content: LocalListEntry[] = [];
  for (let after: string | null = null; ;) {
    const page: Awaited<ReturnType<Queries['tokens']>> = await queries.tokens(
      terms.tenantId,
      { status: 'ACCEPTED' },
      { first: PAGE, after },
    );
    for (const { row } of page.rows) {
      const expired = row.expires_at !== null && Date.parse(row.expires_at) <= terms.nowMs;
      if (!expired && row.id_token.length <= (terms.maxLength ?? Infinity)) content.push(entryOf(row));
    }
    if (content.length > terms.maxEntries) throw tooMany(terms);
    const last = page.rows.at(-1);
    if (!page.hasNextPage || last === undefined) return content;
    after = last.cursor;
  }
}

async function storedEntry(queries: Queries, tenantId: string, idToken: string): Promise<LocalListEntry> {
  const row = await queries.token(tenantId, idToken);
  if (row === undefined) {
    throw new ApiError('NOT_FOUND', `There is no token ${idToken}; write it out in \`entries\`, or put it first.`);
  }
  return entryOf(row);
}

function entryOf(row: TokenRow): LocalListEntry {
  const { id_token: idToken, type, status, expires_at: expiresAt, group_id: groupId } = row;
  return { idToken, type, status, expiresAt, groupId };
}

function writtenOut(entry: Partial<LocalListEntry>): LocalListEntry {
  const { idToken = '', type = null, status = null, expiresAt = null, groupId = null } = entry;
  return { idToken, type, status, expiresAt, groupId };
}

/** 1.6 §5.15, 2.0.1 D01.FR.06: a list names each token once; upper and lower case are the same. */
function refuseRepeated(content: readonly LocalListEntry[]): void {
  const seen = new Set<string>();
  for (const { idToken } of content) {
    if (idToken === '') throw badInput('entries', 'isNotEmpty', 'An idToken must not be empty.');
    const key = idToken.toLowerCase();
    if (seen.has(key)) throw badInput('entries', 'unique', `The list names the token ${idToken} twice.`);
    seen.add(key);
  }
}

function tooMany({ maxEntries }: ListTerms): ApiError {
  return badInput('entries', 'arrayMaxSize', `A list has at most ${maxEntries} tokens: name those it is to have.`);
}
