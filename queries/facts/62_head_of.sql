-- title: What a list of incidents begins with
-- definition: The first columns of every list of incidents, as one struct to unnest: `select unnest(head_of(incident))`. `record`
--   is a row of incidents_in; the severity is the counted one.
-- grain: one struct
-- makes: macro
-- columns: incident_id varchar, title varchar, service varchar, team varchar, severity bigint, opened_at timestamptz
create or replace macro head_of(record) as {
    'incident_id': record.incident_id::varchar,
    'title': record.title::varchar,
    'service': record.service::varchar,
    'team': record.team::varchar,
    'severity': record.severity_counted::bigint,
    'opened_at': record.opened_at::timestamptz
}
