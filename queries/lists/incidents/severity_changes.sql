-- title: Severities that were changed after the fact
-- definition: Every incident opened in the window whose severity was changed, and what each export said of it: `said` are the
--   levels in the order of the exports, each once per change, `said_at` the day of the first export that held it. An export
--   that carries its own history gives `severity_first` and `severity_highest` also where no earlier export is kept.
-- grain: one row per incident, P1s that were lowered first, then the newest
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], limit bigint
-- columns: incident_id varchar, title varchar, service varchar, team varchar, opened_at timestamptz, severity_first bigint,
--   severity_highest bigint, severity bigint, direction varchar, said bigint[], said_at timestamptz[], url varchar,
--   source varchar, source_file varchar, source_line bigint
with incident as (
    select *
    from incidents_in($start, $end, $as_of, $services, $teams)
    where is_reclassified
),

version as (
    select
        incident_versions.source,
        incident_versions.incident_id,
        incident_versions.severity,
        incident_versions.exported_at,
        1 as age,
    from incident_versions
    semi join incident
        on
            incident_versions.source is not distinct from incident.source
            and incident_versions.incident_id = incident.incident_id
    where incident_versions.severity is not null
    union all
    select source, incident_id, severity, exported_at, 2 as age,
    from incident
    where severity is not null
),

changed as (
    select *
    from version
    qualify
        severity is distinct from lag(severity) over (
            partition by source, incident_id
            order by age, exported_at nulls first, severity
        )
),

told as (
    select
        source,
        incident_id,
        list(severity order by age, exported_at nulls first, severity) as said,
        list(exported_at order by age, exported_at nulls first, severity) as said_at,
    from changed
    group by source, incident_id
)

select
    incident.incident_id::varchar as incident_id,
    incident.title::varchar as title,
    incident.service::varchar as service,
    incident.team::varchar as team,
    incident.opened_at::timestamptz as opened_at,
    incident.severity_first::bigint as severity_first,
    incident.severity_highest::bigint as severity_highest,
    incident.severity::bigint as severity,
    case when incident.severity_highest < incident.severity then 'lowered' else 'raised' end::varchar as direction,
    told.said::bigint[] as said,
    told.said_at::timestamptz[] as said_at,
    incident.url::varchar as url,
    incident.source::varchar as source,
    incident.source_file::varchar as source_file,
    incident.source_line::bigint as source_line,
from incident
left join told
    on incident.source is not distinct from told.source and incident.incident_id = told.incident_id
order by
    direction,
    coalesce(incident.severity_highest, 9),
    incident.opened_at desc,
    incident.incident_id,
    incident.source
limit $limit
