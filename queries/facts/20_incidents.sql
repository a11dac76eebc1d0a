-- title: Incidents as facts
-- definition: Every kept incident with the severity that counts, its clocks, whether it is a repeat and whether it was
--   escalated. Everything any page says of incidents is read from here. `issue_id` is the issue that
--   `fact_issues` says it is of. `tells_repeats` is false for a tool that never says of any incident what it repeats. Time
--   to recover runs from the stamp that $recovery_clock names (opened, detected or started; opened where that one is
--   missing) to the resolve stamp. Time to engage runs from detection (else opening) to the engage stamp; acknowledgement
--   stands in only for a source that records no engagement at all. `tells_executive` is false where the support tool of the
--   incident's tickets (of any ticket, where it has none) never records that one reached an executive. `over_at` is when an
--   incident was over by any stamp: infinity while it is open, -infinity where it is over and nothing says since when. A
--   recovery of no length was posted after the fact, and times known to the day only have no minutes: how long those took is
--   unknown ('zero length', 'day only').
-- grain: one row per incident, in order of opening
-- leaves out: what the build left out (maintenance, drills, tests, merged, declined, cancelled, unreadable)
-- makes: table fact_incidents
-- params: recovery_clock varchar, severity_rule varchar, core_services varchar[]
-- columns: source varchar, incident_id varchar, url varchar, title varchar, service varchar, team varchar,
--   severity bigint, severity_text varchar, severity_highest bigint, severity_first bigint, severity_counted bigint,
--   is_reclassified boolean, status varchar, kind varchar, opened_at timestamptz, started_at timestamptz,
--   detected_at timestamptz, acknowledged_at timestamptz, engaged_at timestamptz, mitigated_at timestamptz,
--   resolved_at timestamptz, closed_at timestamptz, updated_at timestamptz, reopen_count bigint, root_cause varchar,
--   root_cause_id varchar, problem_id varchar, issue_id varchar, repeat_of varchar, merged_into varchar,
--   customers_affected bigint, recover_clock varchar, recover_from timestamptz, recover_minutes double,
--   recover_state varchar, over_at timestamptz, detect_minutes double,
--   engage_stamp varchar, engage_from timestamptz, engage_at timestamptz, engage_minutes double, engage_state varchar,
--   repeat_rule varchar, repeat_partner varchar, repeat_flagged_at timestamptz, is_repeat boolean,
--   tells_repeats boolean, first_ticket_at timestamptz, escalated_engineering_at timestamptz,
--   escalated_executive_at timestamptz, tells_executive boolean, is_escalated boolean, is_core boolean,
--   source_file varchar, source_line bigint, exported_at timestamptz, recorded_at timestamptz, external_ids varchar,
--   day_only varchar[], recover_from_is_day boolean, resolved_is_day boolean, engage_from_is_day boolean
with history as (
    select
        source,
        incident_id,
        min(severity) as severity_highest,
        arg_min(severity, exported_at) as severity_first,
    from incident_versions
    where severity is not null
    group by source, incident_id
),

ticket_source as (
    select source, count(escalated_to_executive_at) > 0 as tells_executive, from tickets group by source
),

incident_tickets as (
    select
        tickets.incident_id,
        min(tickets.created_at) as first_ticket_at,
        min(tickets.escalated_to_engineering_at) as escalated_engineering_at,
        min(tickets.escalated_to_executive_at) as escalated_executive_at,
        bool_or(ticket_source.tells_executive) as tells_executive,
    from tickets
    inner join ticket_source on tickets.source is not distinct from ticket_source.source
    where tickets.incident_id is not null
    group by tickets.incident_id
),

with_clocks as (
    select
        incidents.* replace (
            -- least() passes over NULLs: the gravest severity anything says it ever had.
            least(
                incidents.severity, incidents.severity_highest, incidents.severity_first, history.severity_highest
            ) as severity_highest,
            coalesce(incidents.severity_first, history.severity_first) as severity_first
        ),
        coalesce(incidents.severity_first, incidents.severity_highest, history.severity_highest) is not null
            as has_severity_history,
        case
            when $recovery_clock = 'detected' and incidents.detected_at is not null then 'detected'
            when $recovery_clock = 'started' and incidents.started_at is not null then 'started'
            else 'opened'
        end as recover_clock,
        coalesce(incidents.detected_at, incidents.opened_at) as engage_from,
        if(incidents.detected_at is null, 'opened_at', 'detected_at') as engage_from_stamp,
        fact_sources.engage_stamp,
        coalesce(fact_sources.tells_repeats, false) as tells_repeats,
        case fact_sources.engage_stamp
            when 'engaged' then incidents.engaged_at
            when 'acknowledged' then incidents.acknowledged_at
        end as engage_at,
        fact_issues.issue_id,
        fact_repeats.repeat_rule,
        fact_repeats.repeat_partner,
        fact_repeats.repeat_flagged_at,
        incident_tickets.first_ticket_at,
        incident_tickets.escalated_engineering_at,
        incident_tickets.escalated_executive_at,
        coalesce(
            incident_tickets.tells_executive, (select bool_or(tells_executive) from ticket_source), false
        ) as tells_executive,
    from incidents
    left join history
        on incidents.source is not distinct from history.source and incidents.incident_id = history.incident_id
    left join fact_sources on incidents.source is not distinct from fact_sources.source
    left join fact_repeats
        on
            incidents.source is not distinct from fact_repeats.source
            and incidents.incident_id = fact_repeats.incident_id
    left join fact_issues
        on
            incidents.source is not distinct from fact_issues.source
            and incidents.incident_id = fact_issues.incident_id
    left join incident_tickets on incidents.incident_id = incident_tickets.incident_id
),

with_start as (
    select
        *,
        case recover_clock
            when 'detected' then detected_at
            when 'started' then started_at
            else opened_at
        end as recover_from,
    from with_clocks
),

with_states as (
    select
        *,
        case
            -- Reopened, or a tool that fills the resolve stamp early: it is not over.
            when status = 'open' then 'open'
            when
                day_only is not null
                and resolved_at is not null
                and is_by_day(day_only, recover_clock || '_at', 'resolved_at')
                -- Within a day nobody knows which came first.
                then if(resolved_at + interval 1 day <= recover_from, 'reversed times', 'day only')
            when resolved_at < recover_from then 'reversed times'
            when resolved_at = recover_from then 'zero length'
            when resolved_at is not null then 'recovered'
            when status in ('resolved', 'closed') or closed_at is not null then 'no resolve time'
            else 'open'
        end as recover_state,
        case
            when day_only is null then false
            when detected_at is null or started_at is null then false
            else is_by_day(day_only, 'started_at', 'detected_at')
        end as detect_is_by_day,
        case
            when day_only is null or engage_at is null then false
            else is_by_day(day_only, engage_from_stamp, engage_stamp || '_at')
        end as engage_is_by_day,
    from with_start
)

select
    ---------- identity
    source::varchar as source,
    incident_id::varchar as incident_id,
    url::varchar as url,
    title::varchar as title,
    service::varchar as service,
    team::varchar as team,
    ---------- severity
    severity::bigint as severity,
    severity_text::varchar as severity_text,
    severity_highest::bigint as severity_highest,
    severity_first::bigint as severity_first,
    case when $severity_rule = 'final' then severity else severity_highest end::bigint as severity_counted,
    case
        when has_severity_history and severity is not null
            then severity_highest < severity or coalesce(severity_first <> severity, false)
    end::boolean as is_reclassified,
    ---------- as the tool says
    status::varchar as status,
    kind::varchar as kind,
    opened_at::timestamptz as opened_at,
    started_at::timestamptz as started_at,
    detected_at::timestamptz as detected_at,
    acknowledged_at::timestamptz as acknowledged_at,
    engaged_at::timestamptz as engaged_at,
    mitigated_at::timestamptz as mitigated_at,
    resolved_at::timestamptz as resolved_at,
    closed_at::timestamptz as closed_at,
    updated_at::timestamptz as updated_at,
    reopen_count::bigint as reopen_count,
    root_cause::varchar as root_cause,
    root_cause_id::varchar as root_cause_id,
    problem_id::varchar as problem_id,
    issue_id::varchar as issue_id,
    repeat_of::varchar as repeat_of,
    merged_into::varchar as merged_into,
    customers_affected::bigint as customers_affected,
    ---------- clocks
    recover_clock::varchar as recover_clock,
    recover_from::timestamptz as recover_from,
    case when recover_state = 'recovered' then minutes_between(recover_from, resolved_at) end::double
        as recover_minutes,
    recover_state::varchar as recover_state,
    case recover_state
        when 'open' then 'infinity'
        when 'no resolve time' then coalesce(closed_at, '-infinity')
        else resolved_at
    end::timestamptz as over_at,
    case
        when detected_at >= started_at and not detect_is_by_day then minutes_between(started_at, detected_at)
    end::double as detect_minutes,
    engage_stamp::varchar as engage_stamp,
    engage_from::timestamptz as engage_from,
    engage_at::timestamptz as engage_at,
    case
        when engage_at >= engage_from and not engage_is_by_day then minutes_between(engage_from, engage_at)
    end::double as engage_minutes,
    case
        when engage_is_by_day then 'day only'
        when engage_at < engage_from then 'reversed times'
        when engage_at is not null then 'engaged'
        when recover_state = 'open' and engage_stamp is not null then 'waiting'
        else 'not recorded'
    end::varchar as engage_state,
    ---------- repeats and escalations
    repeat_rule::varchar as repeat_rule,
    repeat_partner::varchar as repeat_partner,
    repeat_flagged_at::timestamptz as repeat_flagged_at,
    (repeat_rule is not null)::boolean as is_repeat,
    tells_repeats::boolean as tells_repeats,
    first_ticket_at::timestamptz as first_ticket_at,
    escalated_engineering_at::timestamptz as escalated_engineering_at,
    escalated_executive_at::timestamptz as escalated_executive_at,
    tells_executive::boolean as tells_executive,
    (escalated_engineering_at is not null or escalated_executive_at is not null)::boolean as is_escalated,
    accepts($core_services, service)::boolean as is_core,
    ---------- provenance
    source_file::varchar as source_file,
    source_line::bigint as source_line,
    exported_at::timestamptz as exported_at,
    recorded_at::timestamptz as recorded_at,
    external_ids::varchar as external_ids,
    ---------- precision
    day_only::varchar[] as day_only,
    coalesce(list_contains(day_only, recover_clock || '_at'), false)::boolean as recover_from_is_day,
    coalesce(list_contains(day_only, 'resolved_at'), false)::boolean as resolved_is_day,
    coalesce(list_contains(day_only, engage_from_stamp), false)::boolean as engage_from_is_day,
from with_states
-- Rows beside each other in time let a quarter's queries skip the rest of the file.
order by opened_at, incident_id
