-- title: When merged incidents began
-- definition: For every incident that others were merged into, directly or through a third: the earliest opening among them.
-- grain: one row per such incident
-- columns: source varchar, incident_id varchar, opened_at timestamptz
with recursive merged as (
    select
        staged_incidents.source,
        staged_incidents.incident_id,
        staged_incidents.merged_into,
        staged_incidents.opened_at
    from staged_incidents
    inner join left_rows using (row_id)
    where left_rows.reason = 'merged into another' and staged_incidents.merged_into is not null
),

-- `union` drops what was seen before, which ends circles.
ancestor as (
    select source, merged_into as incident_id, opened_at
    from merged
    union
    select
        ancestor.source,
        merged.merged_into as incident_id,
        ancestor.opened_at
    from ancestor
    inner join merged on merged.source = ancestor.source and merged.incident_id = ancestor.incident_id
)

select
    source::varchar as source,
    incident_id::varchar as incident_id,
    min(opened_at)::timestamptz as opened_at
from ancestor
group by source, incident_id
