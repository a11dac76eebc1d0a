-- How instants, ids and texts are written in the exports. Run once over the drawn tables (truth.py).

-- Unix seconds as text; 0 means that there is no such instant, and `made` hides what came after an export was made.
create macro known(s, made) as case when s > 0 and s <= made then s end;
create macro utc_text(s) as strftime(to_timestamp(s), '%Y-%m-%dT%H:%M:%SZ');
create macro berlin(s) as to_timestamp(s) at time zone 'Europe/Berlin';

create macro incident_id(source, copy, number) as case
    when number = 0 then null
    when source = 0 then printf('INC%07d', 41000 + copy * 10000 + number)
    when source = 1 then 'Q' || upper(substr(md5(concat(copy, '/', number)), 1, 13))
    else printf('IR-%05d', copy * 10000 + number)
end;
create macro account_id(copy, account) as printf('A-%d', 1001 + copy * 1000 + account);
create macro service_id(service) as printf('PSV%04d', 31 * service + 17);
create macro team_id(team) as 'PT' || upper(substr(md5(team), 1, 5));

-- One of a list of texts, with the names of a service filled in.
create macro filled(template, service_name, words, other_words, variant) as replace(
    replace(
        replace(replace(replace(template, '{service}', service_name), '{words2}', other_words), '{words}', words),
        '{region}', ['eu-west', 'eu-central', 'us-east', 'ap-south'][1 + variant // 7 % 4]
    ),
    '{n}', (2 + variant // 11 % 27)::varchar
);
-- Service names keep their small letters, words do not at the beginning of a sentence.
create macro sentence(template, text) as case
    when starts_with(template, '{words}') then upper(text[1]) || text[2:] else text
end;
create macro one_of(list, variant) as list[1 + variant % len(list)];

create view told_incidents as
select
    incidents.*,
    incident_id(incidents.source, incidents.copy, incidents.number) as id,
    services.name as service_name,
    services.team as team,
    problems.id as problem_id,
    coalesce(
        problems.fixes[1 + incidents.cause],
        case when variant % 5 > 0 then one_of((select causes from texts), variant) end
    ) as cause_text,
    case
        when kind = 1 then 'Game day: failover to the second region'
        when kind = 2 then 'TEST of the paging, please ignore'
        when kind = 3 then 'Planned maintenance of ' || services.name
        when cancelled then 'Opened by mistake: ' || services.name
        when merged_into_number > 0 then 'Second report: trouble with ' || services.words
        when problems.id is not null then one_of(problems.titles, occurrence)
        else filled(
            case
                when severity_highest <= 2 then one_of((select high from texts), variant)
                else one_of((select low from texts), variant)
            end,
            services.name, services.words, '', variant
        )
    end as title
from incidents
inner join services using (service)
left join problems using (problem);
