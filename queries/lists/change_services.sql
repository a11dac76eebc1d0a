-- title: The services that changes touch
-- definition: Every service that any change of the exports touches, with the number of changes.
-- grain: one row per service
-- columns: service varchar, changes bigint
with touched as (
    select trim(unnest(regexp_split_to_array(service, '[,;]'))) as service, from changes
)

select
    service::varchar as service,
    count(*)::bigint as changes,
from touched
where service <> ''
group by service
order by service
