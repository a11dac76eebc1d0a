-- title: Opsgenie alerts (CSV)
-- definition: One row per alert as a public command-line tool writes them from the interface; the header of
--   Opsgenie's own download is not known. UpdatedAt is not when an alert was closed. Not checked against a
--   real file.
-- source: opsgenie
-- table: alerts
-- requires: AlertId ; Message ; CreatedAt
-- optional: Entity ; Source ; Tags
-- rows: one per record
-- zone:
-- verified: unverified

with alerts as (
    select
        *,
        regexp_split_to_array(lower(trim("Tags")), '[\s,;|]+') as tag_words
    from export
)

select
    "AlertId"::varchar as alert_id,
    "Message"::varchar as title,
    coalesce("Entity", "Source")::varchar as service,
    "CreatedAt"::varchar as fired_at,
    (case
        when list_has_any(tag_words, ['noise', 'false-positive', 'false_positive']) then 'false'
        when list_contains(tag_words, 'actionable') then 'true'
    end)::varchar as actionable,
    source_line::bigint as source_line
from alerts
