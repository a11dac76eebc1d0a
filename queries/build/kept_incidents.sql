-- title: The incidents that stay
-- definition: Kept rows with their severity words as levels, the history of their severity where there is one, and the earliest
--   opening of those merged into them.
-- grain: one row per incident
-- columns: as staged_incidents
select
    kept.* replace (
        coalesce(least(kept.opened_at, merged_openings.opened_at), kept.opened_at) as opened_at,
        said.level as severity,
        -- NULL where nothing tells of a history: one record says what an incident is, not what it was.
        case
            when highest.level is not null or severity_history.row_id is not null then
                least(said.level, highest.level, severity_history.severity_highest)
        end as severity_highest,
        coalesce(first.level, severity_history.severity_first) as severity_first
    )
from staged_incidents as kept
anti join left_rows on kept.row_id = left_rows.row_id
left join severity_levels as said on said.word = kept.severity
left join severity_levels as highest on highest.word = kept.severity_highest
left join severity_levels as first on first.word = kept.severity_first
left join severity_history on severity_history.row_id = kept.row_id
left join merged_openings
    on merged_openings.source = kept.source and merged_openings.incident_id = kept.incident_id
