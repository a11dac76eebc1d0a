-- title: What the tools recorded, and when
-- definition: One row per incident, ticket, answer and alert: its tool, its file, and when it happened, NULL where that is not
--   known. Severity is that of an incident. What each tool covers, and when it is silent, is based on these.
-- grain: one row per record
-- makes: macro
-- columns: table_name varchar, source varchar, source_file varchar, happened_at timestamptz, severity bigint
create or replace macro tool_records() as table
select 'incidents' as table_name, source, source_file, opened_at as happened_at, severity, from incidents
union all
select 'tickets' as table_name, source, source_file, created_at as happened_at, null as severity, from tickets
union all
select 'nps_responses' as table_name, source, source_file, responded_at as happened_at, null as severity,
from nps_responses
union all
select 'alerts' as table_name, source, source_file, fired_at as happened_at, null as severity, from alerts
