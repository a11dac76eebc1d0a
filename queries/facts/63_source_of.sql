-- title: Where a record was read
-- definition: The last columns of every list of records, as one struct to unnest: `select unnest(source_of(incident))`.
-- grain: one struct
-- makes: macro
-- columns: source varchar, source_file varchar, source_line bigint
create or replace macro source_of(record) as {
    'source': record.source::varchar,
    'source_file': record.source_file::varchar,
    'source_line': record.source_line::bigint
}
