-- title: Good and valid requests over time (CSV of Grafana, Prometheus or Datadog)
-- definition: One row per point in time, with the good and the valid (total) requests since the one before it in its own
--   column, as the table of a panel or an SLO is downloaded. A point is the end of its interval, which lasts as long as most
--   steps between points of the endpoint; a point that is a day without a time of day is that day. A file without an endpoint
--   column is one endpoint, "all". Fractions, which rates make, are rounded. The header depends on how the series are named
--   and was not checked against a real file.
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
        regexp_full_match(trim("Time"), '\d{4}[-/]\d{1,2}[-/]\d{1,2}([T ]+\d{1,2}:\d\d(:\d\d(\.\d+)?)?)?') as is_naive
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
        ) as moment,
        regexp_full_match(time_text, '\d{4}[-/]\d{1,2}[-/]\d{1,2}') as is_day,
        case when is_naive then '' else 'Z' end as offset_text
    from texts
),

apart as (
    select
        *,
        moment - lag(moment) over (partition by endpoint_name order by moment) as step
    from points
),

spaced as (
    select
        *,
        case
            when is_day then interval 1 day
            else coalesce(
                mode(step) filter (where step > interval 0 second) over (partition by endpoint_name),
                mode(step) filter (where step > interval 0 second) over ()
            )
        end as usual_step
    from apart
),

measured as (
    select
        *,
        case when is_day then moment else moment - usual_step end as began,
        case when is_day then moment + usual_step else moment end as ended
    from spaced
)

select
    endpoint_name::varchar as endpoint,
    service::varchar as service,
    -- What is no date is left for the build to name.
    case when moment is null then "Time" else strftime(began, '%Y-%m-%dT%H:%M:%S') || offset_text end::varchar
        as interval_start,
    (strftime(ended, '%Y-%m-%dT%H:%M:%S') || offset_text)::varchar as interval_end,
    coalesce(round(try_cast(good as double))::bigint::varchar, good)::varchar as good,
    coalesce(round(try_cast(total as double))::bigint::varchar, total)::varchar as total,
    source_line::bigint as source_line
from measured
