-- ServiceNow incident list with every column: field names, no zone in the times, priority as "1 - Critical".
select
    id as number,
    case
        when cancelled then 'Canceled'
        when known(closed, $made) is not null then 'Closed'
        when known(resolved, $made) is not null then 'Resolved'
        when known(acknowledged, $made) is not null then 'In Progress'
        else 'New'
    end as incident_state,
    (known(closed, $made) is null)::varchar as active,
    (variant % 4)::varchar as reassignment_count,
    reopened::varchar as reopen_count,
    (3 + variant % 9)::varchar as sys_mod_count,
    (variant % 3 > 0)::varchar as made_sla,
    printf('Caller %d', 1000 + variant % 3000) as caller_id,
    strftime(berlin(opened), '%d-%m-%Y %H:%M:%S') as opened_at,
    printf('Opened by %d', variant % 90) as sys_created_by,
    strftime(berlin(opened + 40), '%d-%m-%Y %H:%M:%S') as sys_created_at,
    strftime(
        berlin(
            greatest(
                opened + 300, coalesce(known(acknowledged, $made), 0), coalesce(known(resolved, $made), 0),
                coalesce(known(closed, $made), 0)
            )
        ),
        '%d-%m-%Y %H:%M:%S'
    ) as sys_updated_at,
    ['Phone', 'Email', 'Self service', 'Monitoring'][1 + variant % 4] as contact_type,
    team as category,
    service_name as business_service,
    ['1 - High', '2 - Medium', '3 - Low'][1 + variant % 3] as impact,
    ['1 - High', '2 - Medium', '3 - Low'][1 + variant // 3 % 3] as urgency,
    ['1 - Critical', '2 - High', '3 - Moderate', '4 - Low', '5 - Planning'][severity_highest] as priority,
    team as assignment_group,
    printf('Resolver %d', variant % 60) as assigned_to,
    coalesce(case when variant % 5 < 4 then problem_id end, '') as problem_id,
    coalesce(incident_id(source, copy, merged_into_number), '') as parent_incident,
    case
        when known(closed, $made) is null then ''
        when merged_into_number > 0 then 'Duplicate'
        else 'Solved (Permanently)'
    end as close_code,
    coalesce(strftime(berlin(known(resolved, $made)), '%d-%m-%Y %H:%M:%S'), '') as resolved_at,
    coalesce(strftime(berlin(known(closed, $made)), '%d-%m-%Y %H:%M:%S'), '') as closed_at,
    title as short_description
from told_incidents
where source = 0 and opened >= $start and opened < $end
order by opened, copy, number
