-- title: Good and valid requests over time (CSV of Grafana, Prometheus or Datadog)
-- definition: One row per point in time, with the good and the valid (total) requests since the one before it in its own
--   column, as the table of a panel or an SLO is downloaded. An interval lasts as long as most steps between points of the
--   endpoint; a file without an endpoint column is one endpoint, "all". Fractions, which rates make, are rounded. The header
--   depends on how the series are named and was not checked against a real file.
-- source: sli
-- table: availability
-- requires: Time ; good ; total
-- optional: endpoint ; service
-- also: Time = timestamp | date | datetime ; good = good events | good_events | successful | success | numerator ;
--   total = total events | total_events | valid | valid events | requests | denominator ;
--   endpoint = handler | route | path | slo | slo_name | job
-- excludes: interval_start ; incident_id
-- rows: one per record
-- zone:
-- verified: unverified

with texts as (
    select
        *,
        coalesce(endpoint, service, 'all') as endpoint_name,
        trim("Time") as time_text,
        regexp_full_match(trim("Time"), '\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?') as is_naive
    from export
),

points as (
    select
        *,
        -- Seconds or milliseconds since 1970, or a date. Only a date without an offset is read as it stands: a cast of any
        -- other to a timestamp would drop the offset.
        coalesce(
            make_timestamp(try_cast(time_text as bigint) * case when strlen(time_text) > 11 then 1000 else 1000000 end),
            case
                when is_naive then try_cast(time_text as timestamp)
                else try_cast(time_text as timestamptz) at time zone 'UTC'
            end
        ) as began,
        case when is_naive then '' else 'Z' end as offset_text
    from texts
),

apart as (
    select
        *,
        began - lag(began) over (partition by endpoint_name order by began) as step
    from points
),

spaced as (
    select
        *,
        coalesce(mode(step) over (partition by endpoint_name), mode(step) over ()) as usual_step
    from apart
)

select
    endpoint_name::varchar as endpoint,
    service::varchar as service,
    coalesce(strftime(began, '%Y-%m-%dT%H:%M:%S') || offset_text, "Time")::varchar as interval_start,
    (strftime(began + usual_step, '%Y-%m-%dT%H:%M:%S') || offset_text)::varchar as interval_end,
    coalesce(round(try_cast(good as double))::bigint::varchar, good)::varchar as good,
    coalesce(round(try_cast(total as double))::bigint::varchar, total)::varchar as total,
    source_line::bigint as source_line
from spaced
