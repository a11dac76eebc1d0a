-- title: What spent the error budget
-- definition: The failed requests of each endpoint in the window, by what they are put down to. An interval that failed more
--   often than the objective of its endpoint ($availability where it has none of its own) allows is put down to the gravest incident of the endpoint's service that was going on in it,
--   of those the one that covers most of it; `no incident` where none was. Intervals that fail no more than allowed are
--   `everyday`. `budget_share` is the share of the endpoint's budget for the whole window, traffic going on as so far: 1 is
--   all of it. The shares of an endpoint add up to what it has used. `availability` is the endpoint's own, `objective` what
--   it is held to, weighed by its requests.
-- grain: one row per endpoint and spender, the endpoint that has used most first, then the largest spender
-- leaves out: intervals without valid requests; incidents that are over without any time of ending
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], core_services varchar[],
--   availability double
-- columns: endpoint varchar, service varchar, spender varchar, source varchar, incident_id varchar, title varchar,
--   severity bigint, opened_at timestamptz, failed bigint, intervals bigint, budget_share double, used double,
--   peak_burn double, availability double, objective double
with measured as (
    select
        endpoint,
        service,
        interval_start,
        interval_end,
        total,
        total - good as failed,
        (1 - coalesce(objective, $availability)) * total as allowed,
        (total - good) / nullif((1 - coalesce(objective, $availability)) * total, 0) as burn,
    from measured_in($start, $end, $as_of, $services, $core_services)
),

endpoint_budget as (
    select
        endpoint,
        sum(allowed) * minutes_between($start, $end)
        / nullif(minutes_between($start, least(max(interval_end), $end)), 0) as budget,
        1 - sum(failed) / sum(total) as availability,
        1 - sum(allowed) / sum(total) as objective,
    from measured
    group by endpoint
),

-- A service that fails within the objective needs no incident looked for: few of many are read.
incident as (
    select
        source,
        incident_id,
        title,
        service,
        severity_counted,
        opened_at,
        coalesce(least(started_at, opened_at), opened_at) as began_at,
        least(over_at, $as_of) as ended_at,
    from incidents_in('-infinity'::timestamptz, $end, $as_of, null, null)
    where
        service in (select service from measured where burn > 1)
        and over_at > $start
),

-- Only intervals beyond the allowed rate are worth explaining: each has one cause at most, so that nothing counts twice.
overspent as (
    select
        measured.endpoint,
        measured.interval_start,
        arg_min(
            incident,
            {
                'severity_unknown': incident.severity_counted is null,
                'severity': incident.severity_counted,
                'minutes_apart': minutes_between(
                    least(incident.ended_at, measured.interval_end),
                    greatest(incident.began_at, measured.interval_start)
                ),
                'newest_first': -epoch_us(incident.opened_at),
                'incident_id': incident.incident_id,
                'source': incident.source
            }
        ) as gravest,
    from measured
    inner join incident
        on
            measured.service = incident.service
            and incident.began_at < measured.interval_end
            and incident.ended_at > measured.interval_start
    where measured.burn > 1
    group by measured.endpoint, measured.interval_start
),

spent as (
    select
        measured.endpoint,
        max(measured.service) as service,
        case
            when measured.burn <= 1 then 'everyday'
            when overspent.gravest is null then 'no incident'
            else 'incident'
        end as spender,
        overspent.gravest.source,
        overspent.gravest.incident_id,
        max(overspent.gravest.title) as title,
        max(overspent.gravest.severity_counted) as severity,
        max(overspent.gravest.opened_at) as opened_at,
        sum(measured.failed) as failed,
        count(*) as intervals,
        max(measured.burn) as peak_burn,
    from measured
    left join overspent
        on measured.endpoint = overspent.endpoint and measured.interval_start = overspent.interval_start
    where measured.failed > 0
    group by measured.endpoint, spender, overspent.gravest.source, overspent.gravest.incident_id
),

shares as (
    select
        spent.*,
        spent.failed / nullif(endpoint_budget.budget, 0) as budget_share,
        sum(spent.failed) over (partition by spent.endpoint) / nullif(endpoint_budget.budget, 0) as used,
        endpoint_budget.availability,
        endpoint_budget.objective,
    from spent
    inner join endpoint_budget on spent.endpoint = endpoint_budget.endpoint
)

select
    endpoint::varchar as endpoint,
    service::varchar as service,
    spender::varchar as spender,
    source::varchar as source,
    incident_id::varchar as incident_id,
    title::varchar as title,
    severity::bigint as severity,
    opened_at::timestamptz as opened_at,
    failed::bigint as failed,
    intervals::bigint as intervals,
    budget_share::double as budget_share,
    used::double as used,
    peak_burn::double as peak_burn,
    availability::double as availability,
    objective::double as objective,
from shares
order by used desc nulls last, endpoint, failed desc, incident_id, source
