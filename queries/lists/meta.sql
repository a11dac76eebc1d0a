-- title: The warehouse
-- definition: Version of the data, the instant it is seen at and the time zone it was built for.
-- grain: one row
-- columns: data_version varchar, layout bigint, as_of timestamptz, time_zone varchar, built_at timestamptz
select
    data_version::varchar as data_version,
    layout::bigint as layout,
    as_of::timestamptz as as_of,
    time_zone::varchar as time_zone,
    built_at::timestamptz as built_at,
from meta
