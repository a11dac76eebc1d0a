-- title: Suggestions that wait for a decision
-- definition: The incidents of the chosen severities opened in the window that look like the return of an earlier one and are
--   no repeats as known at as_of, each with its likeliest earlier incident; one that is only a little alike is not there.
--   Runs on what is prepared beside the warehouse. `settled` are the places of incidents decided about, `rejected` of those
--   of which a pair was rejected: theirs are the suggestions given as `instead_...`. `skipped` ones come last. `waiting` and
--   `grave` (P1 and P2) count all there are.
-- grain: one row per incident, the gravest first
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], severities bigint[],
--   settled bigint[], rejected bigint[], instead_places bigint[], instead_partners bigint[], instead_scores double[],
--   instead_same_title boolean[], skipped bigint[], limit bigint
-- columns: place bigint, partner_place bigint, score double, same_title boolean, source varchar, incident_id varchar,
--   title varchar, service varchar, severity bigint, opened_at timestamptz, partner_source varchar, partner_id varchar,
--   days_apart double, waiting bigint, grave bigint
with suggested as (
    select place, partner_place, score, same_title,
    from suggestion
    where not list_contains($rejected, place)
    union all
    select
        unnest($instead_places) as place,
        unnest($instead_partners) as partner_place,
        unnest($instead_scores) as score,
        unnest($instead_same_title) as same_title,
),

found as (
    select
        suggested.*,
        own.source,
        own.incident_id,
        own.title,
        own.service,
        own.severity,
        own.opened_at,
    from suggested
    inner join incident as own on suggested.place = own.place
    where
        own.opened_at >= $start
        and own.opened_at < $end
        and own.opened_at <= $as_of
        and accepts($services, own.service)
        and accepts($teams, own.team)
        and accepts($severities, own.severity)
        and not (own.is_repeat and coalesce(own.repeat_flagged_at <= $as_of, true))
        and not list_contains($settled, suggested.place)
),

first as (
    select
        *,
        count(*) over () as waiting,
        count(*) filter (where severity <= 2) over () as grave,
    from found
)

select
    first.place::bigint as place,
    first.partner_place::bigint as partner_place,
    first.score::double as score,
    first.same_title::boolean as same_title,
    first.source::varchar as source,
    first.incident_id::varchar as incident_id,
    first.title::varchar as title,
    first.service::varchar as service,
    first.severity::bigint as severity,
    first.opened_at::timestamptz as opened_at,
    partner.source::varchar as partner_source,
    partner.incident_id::varchar as partner_id,
    ((epoch_us(first.opened_at) - epoch_us(partner.opened_at)) / 86400000000)::double as days_apart,
    first.waiting::bigint as waiting,
    first.grave::bigint as grave,
from first
inner join incident as partner on first.partner_place = partner.place
order by
    list_contains($skipped, first.place),
    coalesce(nullif(first.severity, 0), 9),
    first.score desc,
    days_apart,
    first.incident_id
limit $limit
