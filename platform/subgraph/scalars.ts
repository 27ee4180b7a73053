import { GraphQLScalarType } from 'graphql';
import {
  GraphQLDateTimeISO,
  GraphQLLatitude,
  GraphQLLocalDate,
  GraphQLLongitude,
  GraphQLTimeZone,
} from 'graphql-scalars';

/** An instant: `Date` inside, RFC 3339 text in UTC outside, so that an answer in process equals one over the wire. */
const dateTime = new GraphQLScalarType({ ...GraphQLDateTimeISO.toConfig(), name: 'DateTime' });

/** IANA zones. Asking Intl for a zone costs 20 µs, and there are some 600 of them: those known to be good are remembered. */
function createTimeZone(): GraphQLScalarType {
  const known = new Set<unknown>();
  const check = (value: unknown): unknown => {
    if (known.has(value)) return value;
    const zone = GraphQLTimeZone.parseValue(value);
    // Spellings differ in case only, so that callers could fill the set without end.
    if (known.size < 2_000) known.add(zone);
    return zone;
  };
  return new GraphQLScalarType({ ...GraphQLTimeZone.toConfig(), serialize: check, parseValue: check });
}

/** The scalars that every subgraph may declare without bringing an implementation. */
export const standardScalars: Readonly<Record<string, GraphQLScalarType>> = {
  DateTime: dateTime,
  Latitude: GraphQLLatitude,
  LocalDate: GraphQLLocalDate,
  Longitude: GraphQLLongitude,
  TimeZone: createTimeZone(),
};
