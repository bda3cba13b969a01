/** What the databases of the read model speak. */
export type Dialect = 'sqlite' | 'postgres';
