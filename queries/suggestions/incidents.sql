-- title: Incidents by place
-- definition: What suggestions are made from, of the incidents at places [first, beyond) of the order of opening, or of those
--   listed: titles and texts folded, and what facts say of each.
-- grain: one row per incident, in order of opening
-- params: first bigint, beyond bigint, places bigint[]
-- columns: place bigint, source varchar, incident_id varchar, folded_service varchar, opened bigint, folded_title varchar,
--   folded_text varchar, is_generic boolean, issue_id varchar, repeat_partner varchar
select
    place::bigint as place,
    source::varchar as source,
    incident_id::varchar as incident_id,
    folded_service::varchar as folded_service,
    epoch_us(opened_at)::bigint as opened,
    folded_title::varchar as folded_title,
    folded_text::varchar as folded_text,
    is_generic::boolean as is_generic,
    issue_id::varchar as issue_id,
    repeat_partner::varchar as repeat_partner,
from incident
where (place >= $first and place < $beyond) or list_contains($places, place)
order by place
