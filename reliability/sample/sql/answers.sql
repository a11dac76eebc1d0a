-- Answers with their comment and segment. Run once, after truth.sql.
create view told_answers as
select
    answers.* exclude (service),
    accounts.segment as segment,
    case
        when tone >= 0 then sentence(template, filled(template, services.name, services.words, other.words, 0))
    end as comment
from (
    select
        *,
        case tone
            when 0 then one_of((select promoters from texts), text)
            when 1 then one_of((select recovered from texts), text)
            when 2 then one_of((select passives from texts), text)
            when 3 then one_of((select detractors_incident from texts), text)
            when 4 then one_of((select detractors_other from texts), text)
        end as template
    from answers
) as answers
inner join accounts using (copy, account)
inner join services on answers.service = services.service
inner join services as other on (answers.service + 3) % (select count(*) from services) = other.service
