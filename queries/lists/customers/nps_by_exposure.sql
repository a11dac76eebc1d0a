-- title: NPS by how many incidents hit the account
-- definition: NPS of the answers given in each of the windows that the two lists name, by the number of incidents opened
--   in [hit_start, hit_end) of the chosen severities that reached the account which answered: 0, 1, 2, 3 or more; `exposed`
--   are those with at least one. An account is hit by a recorded account or a linked ticket. Answers that name no account
--   stand apart. `account_spread` as in the KPI nps.
-- grain: one row per window and group that has an answer
-- params: as_of timestamptz, window_starts timestamptz[], window_ends timestamptz[], hit_start timestamptz,
--   hit_end timestamptz, services varchar[], teams varchar[], severities bigint[]
-- columns: at timestamptz, ends_at timestamptz, exposure varchar, value double, n bigint, promoters bigint,
--   passives bigint, detractors bigint, accounts bigint, account_spread double
with period as (
    select
        unnest($window_starts::timestamptz[]) as begins_at,
        unnest($window_ends::timestamptz[]) as ends_at,
),

incident as (
    select incident_id
    from incidents_in($hit_start, $hit_end, $as_of, $services, $teams)
    where accepts($severities, severity_counted)
),

reached as (
    select * from hits_at($as_of)
),

hit as (
    select
        reached.account_id,
        count(distinct reached.incident_id) as incidents,
    from reached
    inner join incident on reached.incident_id = incident.incident_id
    group by reached.account_id
),

answer as (
    select
        nps.point,
        period.begins_at,
        period.ends_at,
        nps.who,
        case
            when nps.account_id is null then ['no account']
            when hit.incidents is null then ['not exposed']
            when hit.incidents >= 3 then ['exposed', '3 or more']
            else ['exposed', hit.incidents::varchar]
        end as groups,
    from nps_in(list_min($window_starts::timestamptz[]), list_max($window_ends::timestamptz[]), $as_of) as nps
    inner join period on nps.responded_at >= period.begins_at and nps.responded_at < period.ends_at
    left join hit on nps.account_id = hit.account_id
    where nps.point is not null
),

in_group as (  -- noqa: ST03
    select
        {'begins_at': begins_at, 'ends_at': ends_at, 'exposure': exposure} as group_id,
        point,
        who,
    from (
        select
            *,
            unnest(groups) as exposure,
        from answer
    )
)

select
    counted.group_id.begins_at::timestamptz as at,
    counted.group_id.ends_at::timestamptz as ends_at,
    counted.group_id.exposure::varchar as exposure,
    unnest(score_columns(counted)),
from scores_of('in_group') as counted
order by counted.group_id.begins_at, counted.group_id.exposure
