-- Zendesk ticket report: the standard columns, then the organisation's own fields. Organization holds the account id.
select
    1 as "Summation column",
    100000 + tickets.copy * 100000 + tickets.number as "Id",
    printf('Contact %d', text % 5000) as "Requester",
    700000 + text % 5000 as "Requester id",
    null as "Requester external id",
    null as "Requester email",
    null as "Requester domain",
    printf('Contact %d', text % 5000) as "Submitter",
    one_of((select agents from texts), text) as "Assignee",
    'Support' as "Group",
    sentence(template, filled(template, services.name, services.words, '', text)) as "Subject",
    concat_ws(' ', services.name, case when urgent then 'vip' end) as "Tags",
    case when solved > 0 then ['Closed', 'Solved'][1 + text % 2] else ['Open', 'Pending'][1 + text % 2] end as "Status",
    case when urgent then 'Urgent' else ['Low', 'Normal', 'High'][1 + text % 3] end as "Priority",
    ['Mail', 'Web form', 'Phone', 'Chat'][1 + text // 5 % 4] as "Via",
    case when tickets.kind = 1 then 'Incident' else 'Question' end as "Ticket type",
    strftime(berlin(created), '%Y-%m-%d %H:%M') as "Created at",
    strftime(berlin(greatest(created, solved, engineering)), '%Y-%m-%d %H:%M') as "Updated at",
    strftime(berlin(created + 60 + text % 600), '%Y-%m-%d %H:%M') as "Assigned at",
    account_id(tickets.copy, account) as "Organization",
    null as "Due date",
    strftime(berlin(created + 60 + text % 600), '%Y-%m-%d %H:%M') as "Initially assigned at",
    strftime(berlin(known(solved, $made)), '%Y-%m-%d %H:%M') as "Solved at",
    case when solved > 0 then (solved - created) // 3600 end as "Resolution time",
    ['Not Offered', 'Offered', 'Good', 'Bad'][1 + text // 17 % 4] as "Satisfaction Score",
    1 as "Group stations",
    1 + text % 2 as "Assignee stations",
    text % 19 // 18 as "Reopens",
    1 + text % 6 as "Replies",
    3 + text % 90 as "First reply time in minutes",
    3 + text % 60 as "First reply time in minutes within business hours",
    case when solved > 0 then (solved - created) // 60 end as "First resolution time in minutes",
    case when solved > 0 then (solved - created) // 180 end as "First resolution time in minutes within business hours",
    case when solved > 0 then (solved - created) // 60 end as "Full resolution time in minutes",
    case when solved > 0 then (solved - created) // 180 end as "Full resolution time in minutes within business hours",
    text % 400 as "Agent wait time in minutes",
    text % 130 as "Agent wait time in minutes within business hours",
    text % 700 as "Requester wait time in minutes",
    text % 230 as "Requester wait time in minutes within business hours",
    0 as "On hold time in minutes",
    0 as "On hold time in minutes within business hours",
    services.name as "Service [list]",
    incident_id(incident_source, tickets.copy, incident_number) as "Incident ID [txt]",
    is_repeat::integer as "Repeat [flg]",
    strftime(berlin(known(engineering, $made)), '%Y-%m-%d %H:%M') as "Escalated to engineering at [txt]",
    strftime(berlin(known(executive, $made)), '%Y-%m-%d %H:%M') as "Escalated to executive at [txt]"
from (
    select
        *,
        case
            when kind = 1 then one_of((select ticket_incident from texts), text // 3)
            else one_of((select ticket_ordinary from texts), text // 3)
        end as template
    from tickets
) as tickets
inner join services using (service)
order by created, tickets.copy, tickets.number
