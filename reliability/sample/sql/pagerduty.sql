-- PagerDuty analytics, raw incidents: properties in the order of the interface, times in UTC.
select
    1 as assignment_count,
    variant % 9 = 0 as auto_resolved,
    variant % 3 as business_hour_interruptions,
    utc_text(opened) as created_at,
    title as description,
    case when known(engaged, $made) is not null then greatest(known(resolved, $made) - engaged, 0) end
        as engaged_seconds,
    case when known(engaged, $made) is not null then 1 + variant % 2 end as engaged_user_count,
    variant % 5 // 4 as escalation_count,
    'PEP' || service_id(service)[4:] as escalation_policy_id,
    team || ' on call' as escalation_policy_name,
    id,
    1200 + copy * 10000 + number as incident_number,
    null as major,
    0 as manual_escalation_count,
    variant % 2 as off_hour_interruptions,
    case when has_priority then printf('PPRIO%d', severity_highest) end as priority_id,
    case when has_priority then printf('P%d', severity_highest) end as priority_name,
    case when has_priority then 67108864 >> (severity_highest - 1) end as priority_order,
    variant % 4 // 3 as reassignment_count,
    utc_text(known(resolved, $made)) as resolved_at,
    case when known(resolved, $made) is not null then printf('PUS%03d', variant % 31) end as resolved_by_user_id,
    case when known(resolved, $made) is not null then printf('On-call %02d', variant % 31) end as resolved_by_user_name,
    known(engaged, $made) - opened as seconds_to_engage,
    known(acknowledged, $made) - opened as seconds_to_first_ack,
    null as seconds_to_mobilize,
    known(resolved, $made) - opened as seconds_to_resolve,
    service_id(service) as service_id,
    service_name,
    variant % 7 // 6 as sleep_hour_interruptions,
    0 as snoozed_seconds,
    case
        when known(resolved, $made) is not null then 'resolved'
        when known(acknowledged, $made) is not null then 'acknowledged'
        else 'triggered'
    end as status,
    team_id(team) as team_id,
    team as team_name,
    variant % 6 // 5 as timeout_escalation_count,
    1 + variant % 4 as total_interruptions,
    2 + variant % 7 as total_notifications,
    case when severity_highest <= 3 then 'high' else 'low' end as urgency,
    null as user_defined_effort_seconds
-- Some pages of little weight never get a priority.
from (select *, severity_highest < 4 or variant % 23 > 0 as has_priority from told_incidents)
where source = 1 and opened >= $start and opened < $end
order by opened, copy, number
