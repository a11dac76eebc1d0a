-- title: The services that changes touch
-- definition: changes_at, service by service: a change that touches none has no row here, and stands in nameless_at.
-- grain: one row per change and service it touches
-- makes: macro
-- columns: as changes_at, service varchar
create or replace macro touches_at(as_of, change_ids) as table
select
    * exclude (service),
    unnest(touches) as service,
from changes_at(as_of, change_ids)
