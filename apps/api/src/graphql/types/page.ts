import type { Type } from '@nestjs/common';
import { Field, ObjectType } from '@nestjs/graphql';
import type { Page } from '@chargestream/read-model';
import { FlagField, OptionalText, TextField } from '../fields';

@ObjectType('PageInfo', { description: 'Where a page stands in its list.' })
export class PageInfo {
  @FlagField('Whether there is more after this page.')
  hasNextPage!: boolean;

  @FlagField('Whether this page began after another row.')
  hasPreviousPage!: boolean;

  @OptionalText('Cursor of the first row; null on an empty page.')
  startCursor!: string | null;

  @OptionalText('Cursor of the last row: hand it back as `after` for the next page.')
  endCursor!: string | null;
}

export interface Connection<Node> {
  edges: { cursor: string; node: Node }[];
  nodes: Node[];
  pageInfo: PageInfo;
}

/** The Relay connection type of a node. */
export function connectionOf<Node>(node: Type<Node>, name: string): Type<Connection<Node>> {
  @ObjectType(`${name}Edge`, { description: `One ${name} in a list.` })
  class Edge {
    @TextField('Place of the row in its list, opaque.')
    cursor!: string;

    @Field(() => node, { description: `The ${name} itself.` })
    node!: Node;
  }

  @ObjectType(`${name}Connection`, { description: `One page of a list of ${name}.` })
  class ConnectionType implements Connection<Node> {
    @Field(() => [Edge], { description: 'The rows with their cursors.' })
    edges!: Edge[];

    @Field(() => [node], { description: 'The rows without their cursors.' })
    nodes!: Node[];

    @Field(() => PageInfo, { description: 'Where this page stands in the list.' })
    pageInfo!: PageInfo;
  }
  return ConnectionType;
}

export function toConnection<Row, Node>(
  page: Page<Row>,
  toNode: (row: Row) => Node,
  after: string | null | undefined,
): Connection<Node> {
  const edges = page.rows.map(({ row, cursor }) => ({ cursor, node: toNode(row) }));
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: page.hasNextPage,
      hasPreviousPage: after !== undefined && after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
