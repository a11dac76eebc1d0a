-- title: Launches inside a freeze
-- definition: Features released inside a freeze of review.toml, in the window and by as_of. `essential` ones are the
--   exceptions the freeze allows; `not essential` went out although it was on; `not recorded` does not say. A change
--   without a kind is taken for a feature.
-- grain: one row per launch and freeze, oldest first
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[],
--   freeze_starts timestamptz[], freeze_ends timestamptz[], freeze_notes varchar[]
-- columns: change_id varchar, title varchar, service varchar, team varchar, released_at timestamptz, state varchar,
--   freeze_note varchar, freeze_starts_at timestamptz, freeze_ends_at timestamptz, source varchar, source_file varchar,
--   source_line bigint
with freeze_row as (
    select
        unnest($freeze_starts::timestamptz[]) as starts_at,
        unnest($freeze_ends::timestamptz[]) as ends_at,
        unnest($freeze_notes::varchar[]) as note,
),

launch as (
    select
        *,
        case essential when true then 'essential' when false then 'not essential' else 'not recorded' end as state,
    from changes
    where
        released_at >= $start
        and released_at < $end
        and released_at <= $as_of
        and coalesce(lower(trim(kind)), 'feature') = 'feature'
        and accepts($services, service)
        and accepts($teams, team)
)

select
    launch.change_id::varchar as change_id,
    launch.title::varchar as title,
    launch.service::varchar as service,
    launch.team::varchar as team,
    launch.released_at::timestamptz as released_at,
    launch.state::varchar as state,
    nullif(freeze_row.note, '')::varchar as freeze_note,
    freeze_row.starts_at::timestamptz as freeze_starts_at,
    freeze_row.ends_at::timestamptz as freeze_ends_at,
    launch.source::varchar as source,
    launch.source_file::varchar as source_file,
    launch.source_line::bigint as source_line,
from launch
inner join freeze_row
    on
        launch.released_at >= freeze_row.starts_at
        and launch.released_at < coalesce(freeze_row.ends_at, 'infinity'::timestamptz)
order by released_at, change_id, freeze_starts_at
