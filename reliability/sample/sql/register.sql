-- The incident register of the organisation: everything the promises need, in canonical column names, as known when
-- the export was made.
select
    id as incident_id,
    'https://incidents.northwind.example/' || id as url,
    title,
    service_name as service,
    team,
    printf('P%d', case when reclassified > 0 and reclassified <= $made then severity_final else severity_first end)
        as severity,
    case
        when merged_into_number > 0 then 'merged'
        when known(closed, $made) is not null then 'closed'
        when known(resolved, $made) is not null then 'resolved'
        else 'open'
    end as status,
    ['incident', 'drill', 'test', 'maintenance'][1 + kind] as kind,
    utc_text(opened) as opened_at,
    utc_text(started) as started_at,
    utc_text(detected) as detected_at,
    utc_text(known(acknowledged, $made)) as acknowledged_at,
    utc_text(known(engaged, $made)) as engaged_at,
    utc_text(known(mitigated, $made)) as mitigated_at,
    utc_text(known(resolved, $made)) as resolved_at,
    utc_text(known(closed, $made)) as closed_at,
    reopened as reopen_count,
    case when known(resolved, $made) is not null then cause_text end as root_cause,
    problem_id,
    incident_id(source, copy, repeat_of_number) as repeat_of,
    incident_id(source, copy, merged_into_number) as merged_into,
    customers as customers_affected,
    utc_text($made) as exported_at
from told_incidents
where source = 2 and opened >= $start and opened < $end
order by opened, copy, number
