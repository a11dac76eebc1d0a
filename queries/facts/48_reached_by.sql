-- title: Accounts that an issue reached
-- definition: Which incidents of a chronic issue, as known at as_of, hit which account (hits_at). `minutes` until recovered,
--   of an open one so far.
-- grain: one row per incident of the issue and account
-- makes: macro
-- columns: account_id varchar, incident_id varchar, opened_at timestamptz, minutes double
create or replace macro reached_by(issue, as_of) as table
select
    hit.account_id,
    incident.incident_id,
    incident.opened_at,
    coalesce(incident.recover_minutes, incident.open_minutes) as minutes,
from incidents_in('-infinity'::timestamptz, 'infinity'::timestamptz, as_of, null, null) as incident
inner join hits_at(as_of) as hit on incident.incident_id = hit.incident_id
where incident.issue_id = issue
