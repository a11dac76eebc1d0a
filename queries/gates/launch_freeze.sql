-- title: Feature freeze
-- definition: A launch of a feature that is not essential does not go out inside a freeze of review.toml. The day that
--   counts is its release, else the planned one; one that lies behind counts as today. A change that does not say what
--   it is, or a feature that does not say whether it is essential, cannot be judged inside a freeze.
-- grain: one row per failing change and freeze; of named changes also why no freeze is against them
-- leaves out: remediation and other work; features marked as essential, which are exceptions by name
-- resolver: the product owner
-- needs: changes
-- default: block
-- order: 60
-- params: as_of timestamptz, change_ids varchar[], freeze_starts timestamptz[], freeze_ends timestamptz[],
--   freeze_notes varchar[], time_zone varchar
-- columns: change_id varchar, state varchar, reason varchar, resolver varchar, service varchar
with freeze_row as (
    select
        unnest($freeze_starts::timestamptz[]) as starts_at,
        unnest($freeze_ends::timestamptz[]) as ends_at,
        unnest($freeze_notes::varchar[]) as note,
),

launch as (
    select
        change_id,
        ships_at,
        released_at,
        kind is null or essential is null as is_unknown,
    from changes_at($as_of, $change_ids)
    where coalesce(kind, 'feature') = 'feature' and not coalesce(essential, false)
),

frozen as (
    select
        launch.*,
        freeze_row.ends_at,
        coalesce(nullif(freeze_row.note, ''), 'since ' || day_words(freeze_row.starts_at, $time_zone)) as note,
    from launch
    inner join freeze_row
        on
            launch.ships_at >= freeze_row.starts_at
            and launch.ships_at < coalesce(freeze_row.ends_at, 'infinity'::timestamptz)
),

in_words as (
    select
        *,
        if(released_at is null, 'would go out on ', 'went out on ') || day_words(ships_at, $time_zone)
        || ', inside the freeze '
        || coalesce('until ' || day_words(ends_at - to_microseconds(1), $time_zone), 'whose end is not set')
        || ' (' || note || ')' as frozen_words,
    from frozen
),

passing as (
    select
        change_id,
        case
            when kind <> 'feature' then 'A freeze is for launches of features; this is ' || kind || ' work.'
            when essential then 'It is marked as essential: an exception by name.'
            else 'No freeze on ' || day_words(ships_at, $time_zone) || '.'
        end as reason,
    from changes_at($as_of, $change_ids)
    where $change_ids is not null and change_id not in (select change_id from frozen)
)

select
    change_id::varchar as change_id,
    if(is_unknown, 'cannot tell', 'fail')::varchar as state,
    if(
        is_unknown,
        'It ' || frozen_words || ', and it is not recorded whether it is an essential change.',
        'A launch that is not essential ' || frozen_words || '.'
    )::varchar as reason,
    'the product owner'::varchar as resolver,
    null::varchar as service,
from in_words
union all
select
    change_id,
    'measured' as state,
    reason,
    null as resolver,
    null as service,
from passing
