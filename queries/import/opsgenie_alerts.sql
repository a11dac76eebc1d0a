-- title: Opsgenie alerts (JSON)
-- definition: One object per alert as the interface lists them. updatedAt is not when an alert was closed,
--   so that the closing time stays unknown. The tags actionable, noise and false-positive say whether there
--   was something to do.
-- source: opsgenie
-- table: alerts
-- requires: id ; tinyId ; message ; status ; createdAt ; alias
-- optional: source ; entity ; tags
-- rows: one per record
-- zone:
-- verified: documentation

with alerts as (
    select
        *,
        list_transform(try(from_json(tags, '["VARCHAR"]')), lambda tag: lower(trim(tag))) as tag_words
    from export
)

select
    id::varchar as alert_id,
    message::varchar as title,
    coalesce(entity, "source")::varchar as service,
    createdAt::varchar as fired_at,
    (case
        when list_has_any(tag_words, ['noise', 'false-positive', 'false_positive']) then 'false'
        when list_contains(tag_words, 'actionable') then 'true'
    end)::varchar as actionable,
    source_line::bigint as source_line
from alerts
