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
-- fails frozen: A launch that is not essential {is_out:went out|would go out} on {ships_at}, inside the freeze
--   [until {ends_at:last day}|whose end is not set] ([{note}|since {starts_at}]).
-- cannot tell not recorded: It {is_out:went out|would go out} on {ships_at}, inside the freeze
--   [until {ends_at:last day}|whose end is not set] ([{note}|since {starts_at}]), and it is not recorded whether it is an
--   essential change.
-- passes no launch: A freeze stops launches of features only; this is {kind} work.
-- passes essential: It is marked as essential, so a freeze does not stop it.
-- passes outside: No freeze covers {ships_at}.
-- params: as_of timestamptz, change_ids varchar[], freeze_starts timestamptz[], freeze_ends timestamptz[],
--   freeze_notes varchar[]
-- columns: change_id varchar, verdict varchar, service varchar, kind varchar, ships_at timestamptz, is_out boolean,
--   starts_at timestamptz, ends_at timestamptz, note varchar
with freeze_row as (
    select
        unnest($freeze_starts::timestamptz[]) as starts_at,
        unnest($freeze_ends::timestamptz[]) as ends_at,
        unnest($freeze_notes::varchar[]) as note,
),

change as (
    select
        change_id,
        kind,
        ships_at,
        released_at is not null as is_out,
        case
            when coalesce(kind, 'feature') <> 'feature' then 'no launch'
            when essential then 'essential'
            when kind is null or essential is null then 'not recorded'
            else 'frozen'
        end as in_freeze,
        in_freeze in ('not recorded', 'frozen') as is_stopped,
    from changes_at($as_of, $change_ids)
),

judged as (
    select
        change.*,
        freeze_row.starts_at,
        freeze_row.ends_at,
        freeze_row.note,
        if(change.is_stopped and freeze_row.starts_at is null, 'outside', change.in_freeze) as verdict,
    from change
    left join freeze_row
        on
            change.is_stopped
            and change.ships_at >= freeze_row.starts_at
            and change.ships_at < coalesce(freeze_row.ends_at, 'infinity'::timestamptz)
)

select
    change_id::varchar as change_id,
    verdict::varchar as verdict,
    null::varchar as service,
    kind::varchar as kind,
    ships_at::timestamptz as ships_at,
    is_out::boolean as is_out,
    starts_at::timestamptz as starts_at,
    ends_at::timestamptz as ends_at,
    note::varchar as note,
from judged
where $change_ids is not null or verdict in ('not recorded', 'frozen')
